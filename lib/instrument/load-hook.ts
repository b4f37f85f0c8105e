import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { Module } from "../node-module.js";
import { bufferText, SafeSet, startsWith } from "../primordials.js";
import { standIn } from "../stand-in.js";
import { isLoadingOwn } from "../unseen.js";
import { hookCompile } from "./compile-hook.js";
import { watchRegister } from "./loader-thread.js";
import { watchLoaders } from "./loaders.js";
import { loadRewriter, type Transform } from "./transform.js";
import { isTypeScript } from "./typescript.js";
import { resolveTypeScript } from "./typescript-files.js";

// Taken before the program can replace it.
const { readFileSync } = fs;
const { from: bufferFrom } = Buffer;
const textOf = (bytes: Buffer): string => bufferText(bytes, 0, bytes.length);

/** What a `load` hook gives and gets; https://nodejs.org/api/module.html#loadurl-context-nextload */
export interface LoadResult {
  format?: string | null;
  source?: string | ArrayBuffer | NodeJS.TypedArray | null;
  shortCircuit?: boolean;
}

type Load = (
  url: string,
  context: object,
  nextLoad: (url: string, context: object) => LoadResult,
) => LoadResult;

interface SyncHooks {
  registerHooks(hooks: { load: Load } | { resolve: typeof resolveTypeScript }): { deregister(): void };
}

/**
 * Whether `module.registerHooks` is there (Node 22.15): it sees CommonJS and ECMAScript modules alike, in the program's
 * thread, and leaves no frame on a stack.
 */
export const hasSyncHooks = "registerHooks" in Module;

/**
 * Rewrites what `module.registerHooks` shows. The hook registered last has the last word on a source: ours moves there
 * whenever the program registers one. Loaders in `require.extensions` come after all hooks: what they load is rewritten when
 * it is compiled.
 */
export function hookLoading(transform: Transform, isTraced: (path: string) => boolean): void {
  const hooks = Module as unknown as SyncHooks;
  const { registerHooks } = hooks;
  /** Files that have gone through the hook. */
  const loaded = new SafeSet<string>();
  const isForeign = watchLoaders(() =>
    hookCompile(
      (content, path) => transform.javaScript(content, path, "compiled"),
      ({ filename }) => filename !== null && !loaded.has(filename) && isTraced(filename),
    ),
  );
  let hasTheirs = false;
  let resolvesTypes = false;
  const load: Load = (url, context, nextLoad) => {
    if (!startsWith(url, "file:") || isLoadingOwn()) return nextLoad(url, context);
    const path = fileURLToPath(url);
    if (isTypeScript(path)) {
      // What the program has put in for TypeScript goes first.
      const result = hasTheirs || isForeign(path) ? undefined : loadTypeScript(path, url, transform);
      if (!resolvesTypes && result !== undefined) registerHooks({ resolve: resolveTypeScript });
      resolvesTypes ||= result !== undefined;
      if (result !== undefined) return result;
    }
    const result = nextLoad(url, context);
    if (result.format !== "module" && isForeign(path)) return result;
    loaded.add(path);
    return rewriteLoaded(url, result, transform);
  };
  let ours = registerHooks({ load });
  watchRegister(() => {
    hasTheirs = true;
  });
  const standing = {
    registerHooks(this: unknown, ...args: Parameters<typeof registerHooks>) {
      loadRewriter();
      hasTheirs = true;
      const theirs = Reflect.apply(registerHooks, this, args);
      ours.deregister();
      ours = registerHooks({ load });
      return theirs;
    },
  };
  hooks.registerHooks = standIn(registerHooks, standing.registerHooks);
}

/** A TypeScript file as JavaScript, where that is not Node's own business. */
export function loadTypeScript(path: string, url: string, transform: Transform): LoadResult | undefined {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch {
    return undefined; // Node will say what is wrong with it
  }
  const made = transform.typeScript(source, path, url);
  return made === undefined ? undefined : { format: made.format, source: made.code, shortCircuit: true };
}

/** The result of a `load` with its source rewritten, when it is a module of a file. */
export function rewriteLoaded(url: string, result: LoadResult, transform: Transform): LoadResult {
  const { source, format } = result;
  if (source == null || !startsWith(url, "file:") || !isCode(format)) return result;
  const text = typeof source === "string" ? source : textOf(bufferFrom(source as ArrayBuffer));
  const path = fileURLToPath(url);
  if (format === "module-typescript" || format === "commonjs-typescript") {
    const made = transform.typeScript(text, path, url);
    return made === undefined ? result : { ...result, format: made.format, source: made.code };
  }
  const code = transform.javaScript(text, path, format ?? "unknown", url);
  return code === text ? result : { ...result, source: code };
}

type CodeFormat = "module" | "commonjs" | "module-typescript" | "commonjs-typescript" | null | undefined;

/** No format: a .js file whose package does not say what it is. */
function isCode(format: string | null | undefined): format is CodeFormat {
  if (format == null || format === "module" || format === "commonjs") return true;
  return format === "module-typescript" || format === "commonjs-typescript";
}
