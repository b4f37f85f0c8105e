import { basename } from "node:path";
import { Module } from "../node-module.js";
import { objectKeys, SafeSet, stringIndexOf, stringSlice } from "../primordials.js";

type Loaders = Record<string, unknown>;

/** Extensions that programs register loaders for. */
const USUAL = [
  ".ts",
  ".tsx",
  ".mts",
  ".cts",
  ".mjs",
  ".cjs",
  ".jsx",
  ".es6",
  ".es",
  ".coffee",
  ".vue",
  ".mdx",
];

/**
 * Watches `require.extensions`. What is in there stays as it is, `.js` and all: V8 finds the names of stack frames in it.
 *
 * @param onForeign - called when a loader is seen there for the first time that is not Node's: at once for the usual
 *   extensions, otherwise when the next file is asked for
 * @returns tells whether such a loader loads a file when it is required
 */
export function watchLoaders(onForeign: () => void): (path: string) => boolean {
  const internals = Module as unknown as { _extensions: Loaders };
  const names = Object.keys(internals._extensions);
  const values = Object.values(internals._extensions);
  const native = new SafeSet<unknown>();
  for (const loader of values) native.add(loader);
  let hasForeign = false;
  const found = (): void => {
    if (hasForeign) return;
    hasForeign = true;
    onForeign();
  };
  // Inherited, a setter is not to be seen in the object itself.
  const inherited = Object.create(null) as Loaders;
  for (const extension of USUAL) {
    Object.defineProperty(inherited, extension, {
      get: () => undefined,
      set(this: Loaders, value: unknown) {
        found();
        Object.defineProperty(this, extension, {
          value,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      },
    });
  }
  Object.setPrototypeOf(internals._extensions, inherited);
  /** Asked for each file that is loaded: to make a list of them takes twice as long. */
  function areAsFound(loaders: Loaders): boolean {
    for (let i = 0; i < names.length; i++) if (loaders[names[i]!] !== values[i]) return false;
    return objectKeys(loaders).length === names.length;
  }
  function areNative(loaders: Loaders): boolean {
    const extensions = objectKeys(loaders);
    for (let i = 0; i < extensions.length; i++) if (!native.has(loaders[extensions[i]!])) return false;
    return true;
  }
  return (path) => {
    const loaders = internals._extensions;
    if (!hasForeign && areAsFound(loaders)) return false;
    if (!hasForeign && !areNative(loaders)) found();
    if (!hasForeign) return false;
    // The longest extension that has a loader, as Node has it.
    const name = basename(path);
    for (let dot = stringIndexOf(name, ".", 1); dot >= 0; dot = stringIndexOf(name, ".", dot + 1)) {
      const loader = loaders[stringSlice(name, dot, name.length)];
      if (loader !== undefined) return !native.has(loader);
    }
    return !native.has(loaders[".js"]);
  };
}
