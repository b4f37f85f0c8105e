import { promisify } from "node:util";
import { isProxy, isTypedArray } from "node:util/types";
import { type BuiltinStyle, builtinsOf } from "../builtins.js";
import {
  endsWith,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  includes,
  objectKeys,
  SafeMap,
  split,
  startsWith,
  stringIndexOf,
  stringSlice,
  typedArrayLength,
} from "../primordials.js";
import type { Calls, Probe } from "../probe.js";

// Taken before the program can replace it.
const { getBuiltinModule } = process;
const { apply } = Reflect;

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** One of Node's own functions. */
export interface Builtin {
  name: string;
  style: BuiltinStyle;
  /** Its function number, once it has been called. */
  fn: number;
  module: string;
  params: readonly string[];
  /** What is recorded of what it comes to. */
  output: (value: unknown) => unknown;
}

/** A place in one of Node's modules that holds a function. */
export interface BuiltinPlace {
  holder: Record<string, unknown>;
  name: string;
  builtin: Builtin;
}

/** Names of the inputs by module; what a function lacks of them is not given. Names of secrets keep their values out. */
const PARAMS: Record<string, readonly string[]> = {
  fs: ["path", "options"],
  dns: ["hostname", "options"],
  net: ["target", "host"],
  tls: ["target", "host"],
  zlib: ["data", "options"],
  stream: ["source", "to", "to2", "to3"],
  timers: ["delay", "callback"],
  "timers/promises": ["delay", "value", "options"],
};
const PATH_AND_DATA = ["path", "data", "options"];
const TWO_PATHS = ["path", "newPath", "options"];
const FD = ["fd", "data"];
/** The same by function. Made when the first one is asked for: most programs ask for none. */
const paramsByFunction = (): Record<string, readonly string[]> => ({
  ...{ writeFile: PATH_AND_DATA, appendFile: PATH_AND_DATA },
  ...{ rename: TWO_PATHS, copyFile: TWO_PATHS, cp: TWO_PATHS, link: TWO_PATHS, symlink: TWO_PATHS },
  ...{ read: FD, write: FD, readv: FD, writev: FD, close: FD, fstat: FD, fsync: FD, ftruncate: FD },
  pbkdf2: ["password", "salt", "iterations", "keylen", "digest"],
  scrypt: ["password", "salt", "keylen", "options"],
  hkdf: ["digest", "secret", "salt", "info", "keylen"],
  sign: ["algorithm", "data", "privateKey"],
  ...{
    createHash: ["algorithm"],
    createSign: ["algorithm"],
    createVerify: ["algorithm"],
    hash: ["algorithm", "data"],
  },
  ...{ createHmac: ["algorithm", "secret"], randomBytes: ["size"] },
  ...{ createCipheriv: ["algorithm", "secret", "iv"], createDecipheriv: ["algorithm", "secret", "iv"] },
  verify: ["algorithm", "data", "key", "signature"],
  "timers.setImmediate": ["callback"],
  "timers/promises.setImmediate": ["value", "options"],
});

/** Texts up to this length are recorded as inputs; longer ones by their length. */
const SHORT_TEXT = 200;

/** Node's own functions, with how they and their calls are told. */
export class BuiltinFunctions {
  private readonly byFunction = new SafeMap<unknown, Builtin>();
  /** By `zlib#gzip`: those that are over when their callback is called. */
  private readonly byName = new SafeMap<string, Builtin>();
  /** Node's modules, with what lies in them one level deeper. */
  private readonly modules = new SafeMap<unknown, Record<string, object>>();

  private ownParams: Record<string, readonly string[]> = {};

  constructor(
    private readonly calls: Calls,
    private readonly probe: Pick<Probe, "l">,
  ) {}

  get(found: unknown): Builtin | undefined {
    return this.byFunction.get(found);
  }

  /**
   * What `util.promisify` has made of a function, when it is that: Node marks it with itself.
   *
   * @param of - `zlib#gzip`
   */
  promisified(found: unknown, of: string): Builtin | undefined {
    if (typeof found !== "function" || isProxy(found)) return undefined;
    if (getOwnPropertyDescriptor(found, promisify.custom)?.value !== found) return undefined;
    const known = this.byFunction.get(found);
    const original = this.byName.get(of);
    if (known !== undefined || original === undefined) return known;
    const builtin: Builtin = { ...original, style: "promise", fn: 0 };
    this.byFunction.set(found, builtin);
    return builtin;
  }

  isModule(object: unknown): boolean {
    return this.modules.has(object);
  }

  /** `fs.promises` is an accessor. */
  within(module: unknown, name: string): object | undefined {
    return this.modules.get(module)?.[name];
  }

  /** Loads a module and takes its functions in. */
  register(module: string): BuiltinPlace[] {
    const exports = getBuiltinModule(`node:${module}`) as unknown as Record<string, unknown>;
    if (this.modules.has(exports)) return [];
    const styles = builtinsOf(module);
    const paths = objectKeys(styles);
    const hasPromises = module === "fs" || module === "dns";
    const promises = hasPromises ? (exports.promises as Record<string, unknown>) : undefined;
    this.modules.set(exports, promises === undefined ? {} : { promises });
    if (promises !== undefined) this.modules.set(promises, {});
    const params = PARAMS[module] ?? PARAMS[split(module, "/")[0]!];
    const places: BuiltinPlace[] = [];
    if (this.byName.size === 0) this.ownParams = paramsByFunction();
    for (let i = 0; i < paths.length; i++) {
      const path = paths[i]!;
      const style = styles[path]!;
      const holder = includes(path, ".") ? promises : exports;
      const name = stringSlice(path, stringIndexOf(path, ".", 0) + 1, path.length);
      const found = holder?.[name];
      if (holder === undefined || typeof found !== "function") continue;
      const own = this.ownParams[`${module}.${name}`] ?? this.ownParams[withoutSync(name)];
      const builtin: Builtin = {
        name,
        style,
        fn: 0,
        module: `node:${module}`,
        params: own ?? params ?? [],
        output: outputOf(module, name),
      };
      this.byFunction.set(found, builtin);
      if (!isIn(name, MANY_RESULTS)) this.byName.set(`${module}#${path}`, builtin);
      places[places.length] = { holder, name, builtin };
    }
    return places;
  }

  numberOf(builtin: Builtin): number {
    if (builtin.fn === 0) {
      const { name, module, params, style } = builtin;
      builtin.fn = this.calls.define({
        kind: "builtin",
        name,
        module,
        params,
        async: style === "callback" || style === "promise" || style === "request",
      });
    }
    return builtin.fn;
  }

  /** An argument as it is recorded: contents by their length, functions not at all. */
  input({ params, module }: Builtin, i: number, value: unknown): unknown {
    if (params[i] === "data") return contents(value);
    return startsWith(module, "node:stream") ? className(value) : result(value);
  }

  /** What Node calls in place of the program's function; no frame of it is seen on a stack. */
  callback(call: number, { output }: Builtin, theirs: AnyFunction): AnyFunction {
    const { calls, probe } = this;
    const maker = calls.current;
    const { callback } = {
      callback(this: unknown, ...results: unknown[]): unknown {
        const error = results[0];
        if (typeof error === "object" && error !== null) calls.fail(call, error);
        else calls.close(call, output(results[1]));
        giveBack(this, callback, theirs);
        // A function that is made there says so by itself.
        probe.l = maker;
        try {
          return apply(theirs, this, results);
        } finally {
          probe.l = 0;
        }
      },
    };
    return callback;
  }
}

/** Stacks tell by which name a function was called: that is to be found where Node has kept it. */
function giveBack(holder: unknown, ours: unknown, theirs: AnyFunction): void {
  if (typeof holder !== "object" || holder === null || isProxy(holder)) return;
  const held = getOwnPropertyDescriptor(holder, "callback");
  if (held?.writable === true && held.value === ours) (holder as { callback: unknown }).callback = theirs;
}

/** Streams are told by their class: what they hold would fill pages. */
const isStream = (module: string): boolean => startsWith(module, "stream");

function className(value: unknown): unknown {
  for (let at = value; typeof at === "object" && at !== null && !isProxy(at); at = getPrototypeOf(at)) {
    const maker: unknown = getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof maker === "function" && !isProxy(maker)) return getOwnPropertyDescriptor(maker, "name")?.value;
  }
  return undefined;
}

/** Functions that give a callback several results; a promise of theirs comes to an object that holds them. */
const MANY_RESULTS = " read readv write writev generateKeyPair ";

/** Functions whose result is what stands in a file, or is made of it, or is a key. */
const returnsContents = (module: string, name: string): boolean =>
  module === "zlib" || module === "crypto" || startsWith(name, "readFile");

/** What is made to be used further is told by its class, too. */
const MAKES_STREAM = " createHash createHmac createCipheriv createDecipheriv createSign createVerify ";

const isIn = (name: string, names: string): boolean => includes(names, ` ${name} `);

function outputOf(module: string, name: string): Builtin["output"] {
  if (isStream(module) || isIn(name, MAKES_STREAM)) return className;
  return returnsContents(module, name) ? contents : result;
}

function withoutSync(name: string): string {
  return endsWith(name, "Sync") ? stringSlice(name, 0, name.length - "Sync".length) : name;
}

function contents(value: unknown): unknown {
  return typeof value === "string" ? { length: value.length } : result(value);
}

function result(value: unknown): unknown {
  if (typeof value === "string") return value.length > SHORT_TEXT ? { length: value.length } : value;
  if (isTypedArray(value)) return { bytes: typedArrayLength(value) };
  return typeof value === "function" ? undefined : value;
}
