import { arraySlice, SafeMap } from "../primordials.js";
import type { Calls, CallTarget, FileTable, FunctionEntry } from "../probe.js";
import type { Recorder } from "./recorder.js";

export interface CallsOptions {
  isSecret: (name: string) => boolean;
  /** Tells the journal of one more function; returns its number. */
  define: (table: FileTable) => number;
  /** What names a call outside of its process. */
  reference: (call: number) => string;
  /** Tells the journal that a call goes back to the one that is named. */
  link: (call: number, reference: string) => void;
}

/** Records calls of what is not rewritten; see {@link Calls}. */
export function createCalls(recorder: Recorder, options: CallsOptions): Calls {
  const { probe } = recorder;
  const numbers = new SafeMap<string, number>();
  /** Which inputs of a function are secret; functions without one are not here. */
  const secrets = new SafeMap<number, Uint8Array>();

  function define(target: CallTarget): number {
    const { kind, name, owner = name, module, params = [], async = false, line = 0, column = 0 } = target;
    let key = `${kind}\n${module}\n${owner}\n${name}\n${async}\n${line}:${column}`;
    for (let i = 0; i < params.length; i++) key += `\n${params[i]}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const entry: FunctionEntry = {
      name,
      owner,
      kind,
      async,
      params: params as string[],
      line,
      column,
      endLine: line,
      endColumn: 0,
      parent: -1,
      bareCalls: [],
    };
    const fn = options.define({ path: module, sha256: "", functions: [entry], sites: [], bareCalls: [] });
    numbers.set(key, fn);
    const secret = new Uint8Array(params.length);
    let any = false;
    for (let i = 0; i < secret.length; i++) {
      if (!options.isSecret(params[i]!)) continue;
      secret[i] = 1;
      any = true;
    }
    if (any) secrets.set(fn, secret);
    return fn;
  }

  function sieved(fn: number, inputs: readonly unknown[]): readonly unknown[] {
    const secret = secrets.size > 0 ? secrets.get(fn) : undefined;
    if (secret === undefined) return inputs;
    const list = arraySlice(inputs);
    for (let i = 0; i < list.length; i++) if (secret[i] === 1) list[i] = probe.filtered(list[i]);
    return list;
  }

  return {
    define,
    get current() {
      return recorder.current;
    },
    enter: (fn, inputs) => probe.enterN(fn, undefined, sieved(fn, inputs)),
    leave: probe.leave0,
    threw: (call) => probe.leave0(call, probe),
    open: (fn, inputs, parent) => recorder.open(fn, sieved(fn, inputs), parent),
    suspend: recorder.suspend,
    resume: recorder.resume,
    close: (call, output) => recorder.close(call, output, false),
    fail: (call, error) => recorder.close(call, error, true),
    attributes: recorder.attributes,
    reference: options.reference,
    link: options.link,
  };
}
