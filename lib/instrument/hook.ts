import fs from "node:fs";
import Module from "node:module";
import type { Transform } from "./transform.js";

/** Node's loader as CommonJS sees it; not in its type declarations. */
interface ModuleInternals {
  _cache: Record<string, { loaded: boolean } | undefined>;
  _extensions: Record<string, unknown>;
  prototype: { _compile(content: string, filename: string, ...rest: unknown[]): unknown };
}

/**
 * Rewrites CommonJS modules without a frame of ours on any stack: instead of wrapping `Module.prototype._compile`, it hands
 * changed text to the loader's own read of the file. `Module.prototype.load` looks the extension's loader up
 * right before it reads: an accessor there says that the next read of a module not yet loaded is the loader's.
 */
export function hookCommonJs(transform: Transform): void {
  const internals = Module as unknown as ModuleInternals;
  const { _cache: cache, _extensions: extensions } = internals;
  const done = new WeakSet<object>();
  const foreign = new Set<string>();

  for (const extension of [".js", ".cjs"]) {
    const native = extensions[extension];
    let loader = native;
    Object.defineProperty(extensions, extension, {
      configurable: true,
      enumerable: native !== undefined,
      get() {
        arm();
        return loader;
      },
      set(value: unknown) {
        loader = value;
        if (value === native) foreign.delete(extension);
        else foreign.add(extension);
      },
    });
  }

  // Only while a module is about to be read: the program's own reads are to have no frame of ours on their stacks.
  function arm(): void {
    const current = fs.readFileSync as (path: unknown, options: unknown) => unknown;
    if (current === reading.readFileSync) return;
    read = current;
    fs.readFileSync = reading.readFileSync as typeof fs.readFileSync;
  }

  let read: (path: unknown, options: unknown) => unknown;
  const reading = {
    readFileSync(path: unknown, options: unknown): unknown {
      if (fs.readFileSync === (reading.readFileSync as unknown))
        fs.readFileSync = read as typeof fs.readFileSync;
      const content = read(path, options);
      if (foreign.size > 0 || options !== "utf8" || typeof path !== "string") return content;
      const module = cache[path];
      if (module === undefined || module.loaded || done.has(module)) return content;
      done.add(module);
      return transform(content as string, path, "commonjs");
    },
  };

  // What was not read before our eyes is changed when it is compiled: the output of a loader of the program's, and
  // in Node 20 a module that ESM imports, which was read to find its exports. Only there is a frame of ours, which the
  // stacks shown to the program leave out.
  const { _compile: native } = internals.prototype;
  let compile = native;
  const compiling = {
    _compile(this: object, content: string, filename: string, ...rest: unknown[]): unknown {
      done.add(this);
      return native.call(this, transform(content, filename, "commonjs"), filename, ...rest);
    },
  };
  Object.defineProperty(internals.prototype, "_compile", {
    configurable: true,
    enumerable: true,
    get(this: object) {
      const isUnseen = this instanceof Module && !done.has(this) && compile === native;
      return isUnseen ? compiling._compile : compile;
    },
    set(value: typeof native) {
      compile = value;
    },
  });
}
