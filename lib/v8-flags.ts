import { nodeBinding } from "./node-binding.js";

type SetFlags = (flags: string) => void;

/**
 * `v8.setFlagsFromString`, past that module where there is a way: it is the one whose own code, and that of the streams which it
 * loads, V8 does not take yet at the start, and compiling it takes 5 ms.
 */
export function setV8Flags(flags: string): void {
  const binding = nodeBinding<{ setFlagsFromString?: SetFlags }>("v8");
  (binding?.setFlagsFromString ?? process.getBuiltinModule("node:v8").setFlagsFromString)(flags);
}
