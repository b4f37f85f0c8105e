import { nodeBinding } from "./node-binding.js";
import { DEFAULT_STACK_SIZE_OPTION, STACK_SIZE_OPTION } from "./settings.js";

type SetFlags = (flags: string) => void;

/**
 * V8 takes the code that comes with Node's own modules, or that the program has cached, only under the flags that it was made
 * under. What was set on the command line is in force by now: set back, the flag makes no difference any more to the stack's
 * size, and Node loads what we and the program ask for as fast as ever.
 */
if (process.execArgv.includes(STACK_SIZE_OPTION))
  (flagsOfBinding() ?? process.getBuiltinModule("node:v8").setFlagsFromString)(DEFAULT_STACK_SIZE_OPTION);

/**
 * What `v8.setFlagsFromString` hands on to. That module is the one whose own code, and that of the streams which it loads, V8
 * does not take yet: compiling it takes 5 ms.
 */
function flagsOfBinding(): SetFlags | undefined {
  return nodeBinding<{ setFlagsFromString?: SetFlags }>("v8")?.setFlagsFromString;
}
