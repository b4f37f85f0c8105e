import { DEFAULT_STACK_SIZE_OPTION, STACK_SIZE_OPTION } from "./settings.js";
import { setV8Flags } from "./v8-flags.js";

/**
 * V8 takes the code that comes with Node's own modules, or that the program has cached, only under the flags that it was made
 * under. What was set on the command line is in force by now: set back, the flag makes no difference any more to the stack's
 * size, and Node loads what we and the program ask for as fast as ever.
 */
if (process.execArgv.includes(STACK_SIZE_OPTION)) setV8Flags(DEFAULT_STACK_SIZE_OPTION);
