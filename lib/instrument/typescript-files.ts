import fs from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Module } from "../node-module.js";
import { isTypeScript } from "./typescript.js";

/*
 * What TypeScript's own way of naming files means: without an extension, or by the extension that a file will have once it
 * is compiled. Asked only when Node finds nothing by its own rules, and only for what TypeScript files name.
 */

// Taken before the program can replace it.
const { statSync } = fs;

/** What a `resolve` hook gives; https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve */
export interface Resolved {
  url: string;
}
export type NextResolve<R> = (specifier: string, context: object) => R;

const NOT_FOUND = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND", "ERR_UNSUPPORTED_DIR_IMPORT"]);
const ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

/** A `resolve` hook for `module.registerHooks`. */
export function resolveTypeScript(
  specifier: string,
  context: { parentURL?: string; conditions?: readonly string[] },
  next: NextResolve<Resolved>,
): Resolved {
  try {
    return next(specifier, context);
  } catch (error) {
    const url = typeScriptFile(specifier, context.parentURL, error);
    if (url === undefined) throw error;
    return next(context.conditions?.includes("require") ? fileURLToPath(url) : url, context);
  }
}

/** The URL of the file that a TypeScript file means, when Node has not found it for the reason given. */
export function typeScriptFile(
  specifier: string,
  parentURL: string | undefined,
  error: unknown,
): string | undefined {
  if (!NOT_FOUND.has((error as { code?: string })?.code ?? "")) return undefined;
  if (parentURL?.startsWith("file:") !== true || !/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined;
  if (!isTypeScript(fileURLToPath(parentURL))) return undefined;
  const asked = fileURLToPath(new URL(specifier, parentURL));
  const found = candidates(asked).find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  return found === undefined ? undefined : pathToFileURL(found).href;
}

function candidates(path: string): string[] {
  const compiled = /\.([cm]?)jsx?$/.exec(path);
  if (compiled !== null) {
    const stem = path.slice(0, compiled.index);
    return compiled[1] === "" ? [`${stem}.ts`, `${stem}.tsx`] : [`${stem}.${compiled[1]}ts`];
  }
  return [...ENDINGS.map((ending) => path + ending), ...ENDINGS.map((ending) => `${path}/index${ending}`)];
}

/** The same for `require` where Node has no such hooks. The program could not run without us: it may see this. */
export function resolveRequired(): void {
  const internals = Module as unknown as {
    _resolveFilename(request: string, parent?: { filename?: string | null }, ...rest: unknown[]): string;
  };
  const { _resolveFilename: native } = internals;
  internals._resolveFilename = function _resolveFilename(request, parent, ...rest) {
    try {
      return native.call(this, request, parent, ...rest);
    } catch (error) {
      const parentURL = parent?.filename == null ? undefined : pathToFileURL(parent.filename).href;
      const url = typeScriptFile(request, parentURL, error);
      if (url === undefined) throw error;
      return fileURLToPath(url);
    }
  };
}
