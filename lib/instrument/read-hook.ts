import fs from "node:fs";
import { extname, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Module } from "../node-module.js";
import {
  bufferText,
  defineProperty,
  getOwnPropertyDescriptor,
  includes,
  SafeSet,
  SafeWeakSet,
} from "../primordials.js";
import { whenNeeded } from "../record/late-hooks.js";
import { withStackRoom } from "../stack-room.js";
import { proxyFor } from "../stand-in.js";
import { hookCompile } from "./compile-hook.js";
import { hasLoaderFlags } from "./loader-thread.js";
import { watchLoaders } from "./loaders.js";
import { moduleKind } from "./module-kind.js";
import type { Transform } from "./transform.js";
import { erasesTypes, isTypeScript } from "./typescript.js";

/*
 * Where Node has no hooks in the program's thread (before 22.15), its loaders get changed text from the reads that they
 * make themselves. Hooks in a thread of their own, which it does have, would change the program's stacks, its messages
 * of modules not found, and its start; a wrapper of `Module.prototype._compile` would be a frame on every stack.
 */

const { apply } = Reflect;
const { from: bufferFrom } = Buffer;

/** Has the modules that Node reads go through `transform`. */
export function hookReads(
  transform: Transform,
  isTraced: (path: string) => boolean,
  runTypeScript: () => void,
): void {
  const expectModule = hookRequiredModules(transform);
  // Later is too late: Node takes `readFileSync` when the first module is imported, and mocha's own command is one.
  if (includes(`${process.argv[1]}${sep}`, MOCHA)) expectModule();
  const { compileUnseen } = hookRequired(transform, isTraced, expectModule, runTypeScript);
  // The program itself is imported then, and may be CommonJS.
  if (hasLoaderFlags()) compileUnseen();
  whenNeeded(() => hookImported(transform, compileUnseen));
}

/** Its modules, whose text is to be seen, are required. */
const MOCHA = `${sep}mocha${sep}`;

/**
 * CommonJS: `Module.prototype.load` looks the extension's loader up right before it reads, so the next read of a module
 * not yet loaded is the loader's.
 *
 * @param expectModule - called before an ECMAScript module is compiled because it was required
 */
function hookRequired(
  transform: Transform,
  isTraced: (path: string) => boolean,
  expectModule: () => void,
  runTypeScript: () => void,
): { compileUnseen(): void } {
  const { _cache: cache, _extensions: loaders } = Module as unknown as {
    _cache: Record<string, { loaded: boolean } | undefined>;
    _extensions: Record<string, unknown>;
  };
  const seen = new SafeWeakSet<object>();
  const isForeignLoader = watchLoaders(compileUnseen);
  /** Looking the loaders over is not to be taken for a module about to be read. */
  function isForeign(path: string): boolean {
    const wasArmed = isArmed();
    const foreign = isForeignLoader(path);
    if (!wasArmed) disarm();
    return foreign;
  }

  function rewritten(content: string, path: string): string {
    if (isTypeScript(path)) {
      runTypeScript();
      return requiredTypeScript(content, path, transform);
    }
    const kind = moduleKind(path);
    if (kind === "module") expectModule();
    return transform.javaScript(content, path, kind);
  }

  let loader = loaders[".js"];
  Object.defineProperty(loaders, ".js", {
    configurable: true,
    enumerable: true,
    get() {
      arm();
      return loader;
    },
    set(value: unknown) {
      loader = value;
    },
  });

  // Only while a module is about to be read: the program's own reads are to have no frame of ours on their stacks.
  const isArmed = (): boolean => fs.readFileSync === (reading.readFileSync as unknown);
  function arm(): void {
    if (isArmed()) return;
    read = fs.readFileSync as (path: unknown, options: unknown) => unknown;
    fs.readFileSync = reading.readFileSync as typeof fs.readFileSync;
  }
  function disarm(): void {
    if (isArmed()) fs.readFileSync = read as typeof fs.readFileSync;
  }

  let read: (path: unknown, options: unknown) => unknown;
  const reading = {
    readFileSync(path: unknown, options: unknown): unknown {
      disarm();
      const content = read(path, options);
      // A program that looks the loaders over arms us as well: the next may be the one of JSON.
      if (options !== "utf8" || typeof path !== "string" || extname(path) === ".json" || isForeign(path))
        return content;
      const module = cache[path];
      if (module === undefined || module.loaded || seen.has(module)) return content;
      seen.add(module);
      return rewritten(content as string, path);
    },
  };

  let compiles = false;
  function compileUnseen(): void {
    if (compiles) return;
    compiles = true;
    hookCompile(
      (content, path) =>
        isForeign(path) ? transform.javaScript(content, path, "compiled") : rewritten(content, path),
      (module) => module.filename !== null && !seen.has(module) && isTraced(module.filename),
    );
  }

  return { compileUnseen };
}

/** Node 20 takes any file with an extension that it does not know for CommonJS: a program that is a module is imported. */
function requiredTypeScript(content: string, path: string, transform: Transform): string {
  const url = pathToFileURL(path).href;
  const made = transform.typeScript(content, path, url);
  if (made === undefined) return content;
  const isProgram = path === process.argv[1];
  return made.format === "module" && isProgram ? `import(${JSON.stringify(url)})` : made.code;
}

/**
 * ECMAScript modules: they are read by `fs.promises.readFile`, looked up anew each time and called as a function.
 *
 * @param compileUnseen - called before a module may import CommonJS: that is read to find its exports, not before our eyes
 */
function hookImported(transform: Transform, compileUnseen: () => void): void {
  const { promises } = fs;
  const { then } = Promise.prototype;
  promises.readFile = proxyFor(promises.readFile, {
    apply(target, self, args: unknown[]) {
      const content = apply(target, self, args) as Promise<Buffer>;
      const url = self === undefined ? moduleRead(args) : undefined;
      if (url === undefined) return content;
      compileUnseen();
      return apply(then, content, [(bytes: Buffer) => rewriteBytes(bytes, url, transform)]);
    },
  });
}

/** Of ours on the stack below `fs.readFileSync`. */
const FRAMES = 2;

/** What a required module imports is read by `fs.readFileSync`, as it is when Node's loader first looks it up. */
function hookRequiredModules(transform: Transform): () => void {
  let hooked = false;
  return () => {
    if (hooked) return;
    hooked = true;
    fs.readFileSync = proxyFor(fs.readFileSync, {
      apply(target, self, args: unknown[]) {
        const content = withStackRoom(FRAMES, () => apply(target, self, args)) as Buffer;
        const url = self === undefined ? moduleRead(args) : undefined;
        return url === undefined ? content : rewriteBytes(content, url, transform);
      },
    });
  };
}

/** The URL, when a module is read by Node's loader. */
function moduleRead(args: readonly unknown[]): URL | undefined {
  const [url] = args;
  if (args.length !== 1 || !(url instanceof URL) || url.protocol !== "file:") return undefined;
  if (!JAVASCRIPT.has(extname(url.pathname)) && !(erasesTypes && isTypeScript(url.pathname)))
    return undefined;
  return isLoaderReading() ? url : undefined;
}

/** Extensions that Node's own loader runs; it reads others too, before it refuses them. */
const JAVASCRIPT = new SafeSet<string>();
for (const extension of ["", ".js", ".mjs", ".cjs"]) JAVASCRIPT.add(extension);

function rewriteBytes(bytes: Buffer, url: URL, transform: Transform): Buffer {
  const text = bufferText(bytes, 0, bytes.length);
  const path = fileURLToPath(url);
  const code = transform.javaScript(text, path, moduleKind(path), url.href);
  return code === text ? bytes : bufferFrom(code);
}

/** Whether a proxy's trap, two calls down, was entered from Node's loader. */
function isLoaderReading(): boolean {
  const limit = Error.stackTraceLimit;
  const format = getOwnPropertyDescriptor(Error, "prepareStackTrace");
  let reader: string | null | undefined;
  try {
    Error.stackTraceLimit = 4;
    defineProperty(Error, "prepareStackTrace", {
      value: (_: Error, sites: NodeJS.CallSite[]) => {
        reader = sites[3]?.getFileName();
        return "";
      },
      configurable: true,
    });
    void new Error().stack;
  } finally {
    Error.stackTraceLimit = limit;
    if (format === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else defineProperty(Error, "prepareStackTrace", format);
  }
  return reader === "node:internal/modules/esm/load";
}
