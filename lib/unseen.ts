import fs from "node:fs";
import { Module } from "./node-module.js";
import { defineProperty, getOwnPropertyDescriptor, objectKeys, SafeSet } from "./primordials.js";

const { deleteProperty } = Reflect;

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
const LOADING: readonly { object: object; name: string }[] = [
  { object: fs, name: "readFileSync" },
  { object: Module, name: "_load" },
  { object: Module, name: "_resolveFilename" },
  { object: Module.prototype, name: "require" },
  { object: Module.prototype, name: "load" },
  { object: Module.prototype, name: "_compile" },
  { object: (Module as unknown as { _extensions: object })._extensions, name: ".js" },
];

type Descriptors = (PropertyDescriptor | undefined)[];

function descriptors(): Descriptors {
  const all: Descriptors = [];
  for (let i = 0; i < LOADING.length; i++) {
    const { object, name } = LOADING[i]!;
    all[i] = getOwnPropertyDescriptor(object, name);
  }
  return all;
}

function put(all: Descriptors): void {
  for (let i = 0; i < LOADING.length; i++) {
    const { object, name } = LOADING[i]!;
    const descriptor = all[i];
    if (descriptor === undefined) deleteProperty(object, name);
    else defineProperty(object, name, descriptor);
  }
}

const natives = descriptors();
let isLoading = false;

/** Whether what is being loaded is ours: hooks are to leave it alone. */
export function isLoadingOwn(): boolean {
  return isLoading;
}

/** Runs what loads something of ours, and needs nothing of Node's loader for it. */
export function asOwn<T>(load: () => T): T {
  const wasLoading = isLoading;
  isLoading = true;
  try {
    return load();
  } finally {
    isLoading = wasLoading;
  }
}

/** Runs `load` past whatever the program has done to Node's loader, and takes the modules that it loads out of its cache. */
export function unseen<T>(load: () => T): T {
  const theirs = descriptors();
  const before = new SafeSet<string>();
  const loaded = objectKeys(require.cache);
  for (let i = 0; i < loaded.length; i++) before.add(loaded[i]!);
  put(natives);
  try {
    return asOwn(load);
  } finally {
    put(theirs);
    const names = objectKeys(require.cache);
    for (let i = 0; i < names.length; i++) if (!before.has(names[i]!)) delete require.cache[names[i]!];
  }
}
