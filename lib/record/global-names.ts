import { runInThisContext } from "node:vm";
import { AT, DELEGATE, exposeProbe, PROBE, type Probe, SUSPEND, THROWS } from "../probe.js";

const NAMES = [PROBE, AT, THROWS, SUSPEND, DELEGATE];

/**
 * Lets rewritten code find the recorder by names that the program cannot list. A constant of a script is known to all code
 * of the realm, but it is no property of the global object, as which it would be seen by what goes through those: a
 * library that declares variables by the names of all of them would hide the recorder from itself.
 */
export function declareProbe(probe: Probe): void {
  exposeProbe(globalThis, probe);
  runInThisContext(NAMES.map((name) => `const ${name}=globalThis.${name};`).join(""));
  for (const name of NAMES) delete (globalThis as Record<string, unknown>)[name];
}
