import type { FunctionInfo } from "../../trace/columns.js";
import type { Model } from "./model.js";

/** Names with how many calls go by them, in order of the alphabet. */
export type Names = ReadonlyMap<string, number>;

export const modulesOf = (model: Model): Names => counted(model, ({ module }) => module);
export const classesOf = (model: Model): Names =>
  counted(model, ({ name, called }) => (called === name ? "" : called));
export const functionsOf = (model: Model): Names => counted(model, ({ name }) => name);
export const filesOf = (model: Model): Names => counted(model, ({ file }) => file ?? "");
export const kindsOf = (model: Model): Names => counted(model, ({ kind }) => kind);

function counted({ calls, meta }: Model, nameOf: (fn: FunctionInfo) => string): Names {
  const callsOf = new Float64Array(meta.functions.length);
  // The root is the run, not a function of the program.
  for (let row = 1; row < calls.length; row++) callsOf[calls.functionId[row]!]!++;
  const names = new Map<string, number>();
  meta.functions.forEach((fn, index) => {
    const name = nameOf(fn);
    if (name !== "" && callsOf[index]! > 0) names.set(name, (names.get(name) ?? 0) + callsOf[index]!);
  });
  return new Map([...names].sort(([a], [b]) => (a < b ? -1 : 1)));
}
