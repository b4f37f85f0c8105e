import fs from "node:fs";
import Module from "node:module";

/*
 * What the program could see of us in Node's own lists, taken out of them.
 */

/** Takes a module and all that it has loaded out of `require.cache`. */
export function hideModules(root: NodeJS.Module | undefined): void {
  const pending = root === undefined ? [] : [root];
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    if (require.cache[module.filename] !== module) continue;
    delete require.cache[module.filename];
    pending.push(...module.children);
  }
}

/** What a module is loaded by, as long as no program has put something of its own there. */
const LOADING = [
  [fs, "readFileSync"],
  [Module, "_load"],
  [Module, "_resolveFilename"],
  [Module.prototype, "require"],
  [Module.prototype, "load"],
  [Module.prototype, "_compile"],
  [(Module as unknown as { _extensions: object })._extensions, ".js"],
] as const;

const descriptors = (): (PropertyDescriptor | undefined)[] =>
  LOADING.map(([object, name]) => Object.getOwnPropertyDescriptor(object, name));

function put(all: readonly (PropertyDescriptor | undefined)[]): void {
  LOADING.forEach(([object, name], i) => {
    const descriptor = all[i];
    if (descriptor === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, descriptor);
  });
}

const natives = descriptors();
let isLoading = false;

/** Whether what is being loaded is ours: hooks are to leave it alone. */
export function isLoadingOwn(): boolean {
  return isLoading;
}

/** Runs `load` past whatever the program has done to Node's loader, and takes the modules that it loads out of its cache. */
export function unseen<T>(load: () => T): T {
  const theirs = descriptors();
  const before = new Set(Object.keys(require.cache));
  const wasLoading = isLoading;
  isLoading = true;
  put(natives);
  try {
    return load();
  } finally {
    put(theirs);
    isLoading = wasLoading;
    for (const name of Object.keys(require.cache)) if (!before.has(name)) delete require.cache[name];
  }
}
