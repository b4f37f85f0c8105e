import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import vm from "node:vm";
import { keptScript } from "../kept-code.js";
import { Module } from "../node-module.js";
import { OWN_FOLDER } from "../own-folder.js";
import { encodeUtf8, SafeMap } from "../primordials.js";
import { asOwn } from "../unseen.js";
import { fingerprint } from "./fingerprint.js";

/*
 * The rewriter, its parser and its compiler work while the program runs, in between. In a realm of their own, their built-ins are
 * not those of the program: what it has replaced or added there does not reach them, it sees no use of them, and its last match
 * of a regular expression stays what it is.
 */

// Taken before the program can replace them.
const { readFileSync, statSync } = fs;
const { getBuiltinModule } = process;
const { isBuiltin } = Module;
const { createContext, Script } = vm;
const { runInContext } = Script.prototype;
const { apply } = Reflect;
/** What Node adds to a realm's own globals. */
const NODES = {
  process,
  Buffer,
  URL,
  // The program may have replaced its methods by the time that it is first asked for.
  TextEncoder: class {
    encode(text: string): Uint8Array {
      return encodeUtf8(text);
    }
  },
  TextDecoder,
  console,
  setTimeout,
  clearTimeout,
};

/** Given to each text as parameters: to look a global up in such a realm takes as long as ten calls. */
const INTRINSICS =
  "Array ArrayBuffer BigInt Boolean DataView Date Error Int32Array JSON Map Math Number Object Promise Proxy RangeError Reflect " +
  "RegExp Set String Symbol SyntaxError TypeError Uint16Array Uint32Array Uint8Array WeakMap WeakSet decodeURIComponent " +
  "encodeURIComponent isFinite isNaN parseFloat parseInt";
const GLOBALS = `${INTRINSICS} ${Object.keys(NODES).join(" ")}`.replaceAll(" ", ",");

type Compiled = (
  exports: unknown,
  require: (id: string) => unknown,
  module: { exports: unknown },
  filename: string,
  folder: string,
) => void;

/** From this many characters on, what V8 has made of a text is worth a file of its own. */
const LARGE = 50_000;

/** Made when it is first asked for: that takes a millisecond. */
let realm: { context: object; globals: unknown[] } | undefined;
const modules = new SafeMap<string, { exports: unknown }>();
const keepers: (() => void)[] = [];

function newRealm(): NonNullable<typeof realm> {
  const context = createContext({ ...NODES });
  return { context, globals: apply(runInContext, new Script(`[${GLOBALS}]`), [context]) as unknown[] };
}

function compiled(text: string, path: string): Compiled {
  realm ??= newRealm();
  // In a function within: a text may declare names of globals again.
  const source = `(function(${GLOBALS}){return function(exports,require,module,__filename,__dirname){${text}\n}})`;
  const given = apply(runInContext, scriptOf(source, path), [realm.context]) as (
    ...all: unknown[]
  ) => Compiled;
  return apply(given, undefined, realm.globals);
}

function scriptOf(source: string, path: string): vm.Script {
  if (source.length < LARGE) return new Script(source, { filename: path });
  const name = `${basename(path, ".js")}-${fingerprint(`${path}\u0000${statSync(path).mtimeMs}`)}`;
  const { script, keep } = keptScript(source, path, name);
  if (keep !== undefined) keepers[keepers.length] = keep;
  return script;
}

function load(path: string): unknown {
  const known = modules.get(path);
  if (known !== undefined) return known.exports;
  const module = { exports: {} as unknown };
  const folder = dirname(path);
  const require = (id: string): unknown => (isBuiltin(id) ? getBuiltinModule(id) : load(join(folder, id)));
  asOwn(() => compiled(readFileSync(path, "utf8"), path)(module.exports, require, module, path, folder));
  // Not before: what has failed, as where the stack is exhausted, is tried again.
  modules.set(path, module);
  return module.exports;
}

/**
 * Loads one of our modules in the realm: one that is built into one file, as nothing is looked for there.
 *
 * @param path - relative to the folder of the built code
 */
export function requireApart(path: string): unknown {
  return load(join(OWN_FOLDER, path));
}

/** Keeps what V8 has made of what was loaded there: see kept-code.ts. */
export function keepApart(): void {
  for (let i = 0; i < keepers.length; i++) keepers[i]!();
}
