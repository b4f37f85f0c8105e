import { isProxy, isTypedArray } from "node:util/types";
import { BUILTINS, type BuiltinStyle } from "../builtins.js";
import { getOwnPropertyDescriptor, hasOwn, SafeMap, split, typedArrayLength } from "../primordials.js";
import type { BuiltinProbe, Calls } from "../probe.js";
import { quoted } from "./messages.js";
import type { Recorder } from "./recorder.js";

const { apply } = Reflect;

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

interface Builtin {
  name: string;
  style: BuiltinStyle;
  /** Its function number, when it has been called. */
  fn: number;
  module: string;
  params: readonly string[];
}

/** Names of the inputs by module; what a function lacks of them is not given. Names of secrets keep their values out. */
const PARAMS: Record<string, readonly string[]> = {
  fs: ["path", "options"],
  dns: ["hostname", "options"],
  net: ["target", "host"],
  tls: ["target", "host"],
  zlib: ["data", "options"],
  timers: ["delay"],
};
const PATH_AND_DATA = ["path", "data", "options"];
const TWO_PATHS = ["path", "newPath", "options"];
const FD = ["fd", "data"];
const OWN_PARAMS: Record<string, readonly string[]> = {
  ...{ writeFile: PATH_AND_DATA, appendFile: PATH_AND_DATA },
  ...{ rename: TWO_PATHS, copyFile: TWO_PATHS, cp: TWO_PATHS, link: TWO_PATHS, symlink: TWO_PATHS },
  ...{ read: FD, write: FD, readv: FD, writev: FD, close: FD, fstat: FD, fsync: FD, ftruncate: FD },
  pbkdf2: ["password", "salt", "iterations", "keylen", "digest"],
  scrypt: ["password", "salt", "keylen", "options"],
  hkdf: ["digest", "secret", "salt", "info", "keylen"],
  sign: ["algorithm", "data", "privateKey"],
  verify: ["algorithm", "data", "key", "signature"],
};

/** Texts up to this length are recorded as inputs; longer ones by their length. */
const SHORT_TEXT = 200;

/**
 * Records calls of Node's own functions at the places in traced code that make them: what is called there is looked at when it
 * is about to be called, and is one of Node's by identity or is left alone. Nothing of Node's is touched.
 *
 * Contents that go in and out are told by their length.
 */
export function recordBuiltins(calls: Calls, recorder: Recorder): BuiltinProbe {
  const builtins = new SafeMap<unknown, Builtin>();
  /** Node's modules, with what lies in them one level deeper. */
  const modules = new SafeMap<unknown, Record<string, object>>();
  const paths = new SafeMap<string, readonly string[]>();
  for (const module of Object.keys(BUILTINS)) register(module);

  function register(module: string): void {
    const exports = require(`node:${module}`) as Record<string, unknown>;
    const promises = exports.promises as Record<string, unknown> | undefined;
    modules.set(exports, promises === undefined ? {} : { promises });
    if (promises !== undefined) modules.set(promises, {});
    const params = PARAMS[module.split("/")[0]!];
    for (const [path, style] of Object.entries(BUILTINS[module]!)) {
      const name = path.slice(path.indexOf(".") + 1);
      const found = path.includes(".") ? promises?.[name] : exports[name];
      if (typeof found !== "function" || builtins.has(found)) continue;
      const own = OWN_PARAMS[name.replace(/Sync$/, "")];
      builtins.set(found, { name, style, fn: 0, module: `node:${module}`, params: own ?? params ?? [] });
    }
  }

  /** What stands in an object as a value; never asks the program's accessors or proxies. */
  function own(object: unknown, name: string): unknown {
    if (typeof object !== "object" || object === null || isProxy(object)) return undefined;
    const found = getOwnPropertyDescriptor(object, name);
    return found !== undefined && hasOwn(found, "value") ? found.value : undefined;
  }

  /** The function of Node's that a callee stands for, when it is written like this. */
  function find(root: unknown, text: string): Builtin | undefined {
    let names = paths.get(text);
    if (names === undefined) {
      names = split(text, ".");
      paths.set(text, names);
    }
    let holder = root;
    for (let i = 1; i < names.length; i++) {
      // A namespace, or what a compiler has made of the module.
      if (!modules.has(holder) && modules.has(own(holder, "default"))) holder = own(holder, "default");
      if (names[i] !== "default" || !modules.has(holder))
        holder = modules.get(holder)?.[names[i]!] ?? own(holder, names[i]!);
    }
    return builtins.get(holder);
  }

  // Arguments on their way: which call of the program has evaluated them, for which place.
  const kept: unknown[] = [undefined, undefined, undefined, undefined, undefined, undefined];
  const keptIn = new Int32Array(kept.length);
  const keptFor = new Int32Array(kept.length);
  /** Callees as they are written, by site. */
  const textOf = new SafeMap<number, string>();
  // Calls that have begun and not ended.
  let places = new Int32Array(64);
  let handles = new Int32Array(64);
  let depths = new Int32Array(64);
  let count = 0;

  function push(site: number, handle: number, depth: number): void {
    if (count === places.length) {
      [places, handles, depths] = [places, handles, depths].map((old) => {
        const grown = new Int32Array(old.length * 2);
        for (let i = 0; i < count; i++) grown[i] = old[i]!;
        return grown;
      }) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
    }
    places[count] = site;
    handles[count] = handle;
    depths[count++] = depth;
  }

  /** Contents by their length. */
  function summary(value: unknown, isContent: boolean): unknown {
    if (typeof value === "string")
      return isContent || value.length > SHORT_TEXT ? { length: value.length } : value;
    if (isTypedArray(value)) return { bytes: typedArrayLength(value) };
    return typeof value === "function" ? undefined : value;
  }

  function isContent(builtin: Builtin, i: number): boolean {
    return builtin.params[i] === "data";
  }

  function inputsOf(builtin: Builtin, site: number, argc: number, last: unknown): unknown[] {
    const current = recorder.current;
    const inputs: unknown[] = [];
    const count = argc < kept.length ? argc : kept.length;
    for (let i = 0; i < count; i++) {
      const isLast = i === argc - 1;
      const isKept = keptIn[i] === current && keptFor[i] === site;
      if (isLast ? typeof last === "function" : !isKept) {
        if (!isLast) inputs[i] = undefined;
        continue;
      }
      inputs[i] = summary(isLast ? last : kept[i], isContent(builtin, i));
    }
    return inputs;
  }

  function forget(): void {
    for (let i = 0; i < kept.length; i++) kept[i] = undefined;
  }

  function numberOf(builtin: Builtin): number {
    if (builtin.fn === 0) {
      const { name, module, params, style } = builtin;
      builtin.fn = calls.define({ kind: "builtin", name, module, params, async: style !== "sync" });
    }
    return builtin.fn;
  }

  function outcome(call: number, results: ArrayLike<unknown>): void {
    const error = results[0];
    if (error !== undefined && error !== null && typeof error === "object" && results.length > 0)
      calls.fail(call, error);
    else calls.close(call, summary(results[1], true));
  }

  /** What Node calls in place of the program's function; no frame of it is seen on a stack. */
  function callbackOf(call: number, theirs: AnyFunction): AnyFunction {
    const ours = {
      callback(this: unknown, ...results: unknown[]): unknown {
        outcome(call, results);
        return apply(theirs, this, results);
      },
    };
    return ours.callback;
  }

  return {
    given(site, i, value) {
      if (i < kept.length) {
        kept[i] = value;
        keptIn[i] = recorder.current;
        keptFor[i] = site;
      }
      return value;
    },
    builtin(site, root, text, argc, last, waits) {
      recorder.probe.at(site, undefined);
      if (!textOf.has(site)) textOf.set(site, text);
      const { depth } = recorder;
      while (count > 0 && depths[count - 1]! >= depth) count--;
      const builtin = find(root, text);
      if (builtin === undefined) {
        push(site, 0, depth);
        return last;
      }
      const inputs = inputsOf(builtin, site, argc, last);
      forget();
      const fn = numberOf(builtin);
      if (builtin.style === "callback") {
        if (typeof last !== "function") return last;
        const call = calls.open(fn, inputs);
        calls.suspend(call);
        return call === 0 ? last : (callbackOf(call, last as AnyFunction) as typeof last);
      }
      if (builtin.style === "promise" && waits) {
        const call = calls.open(fn, inputs);
        calls.suspend(call);
        recorder.promised(call);
      } else push(site, calls.enter(fn, inputs), depth);
      return last;
    },
    ends(site, result) {
      if (count === 0 || places[count - 1] !== site) return result;
      const call = handles[--count]!;
      quoted.text = textOf.get(site)!;
      if (call !== 0) calls.leave(call, summary(result, true));
      return result;
    },
  };
}
