import { fileURLToPath } from "node:url";
import { createDefiningTransform } from "./defining-transform.js";
import { type LoadResult, loadTypeScript, rewriteLoaded } from "./load-hook.js";
import type { ChangedFile, LoaderThreadData } from "./loader-thread.js";
import type { Transform } from "./transform.js";
import { isTypeScript } from "./typescript.js";
import { type NextResolve, type Resolved, typeScriptFile } from "./typescript-files.js";

/** Made before anything is loaded. */
let transform: Transform;
/** Whether TypeScript is ours to run, and not left to hooks of the program's. */
let runsTypeScript = false;

/** Runs in the loader's thread, which knows nothing of the recorder: it defines its files in a journal of its own. */
export function initialize(data: LoaderThreadData): void {
  const { settings, journal, threadId, firstNumber, mapsStacks, changes } = data;
  runsTypeScript = data.runsTypeScript;
  transform = createDefiningTransform({
    settings,
    journal,
    loaderOf: threadId,
    firstNumber,
    mapsStacks: () => mapsStacks,
    changed: (name, made) => changes.postMessage({ name, ...made } satisfies ChangedFile),
  });
}

export async function resolve(
  specifier: string,
  context: { parentURL?: string },
  next: NextResolve<Promise<Resolved>>,
): Promise<Resolved> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const url = runsTypeScript ? typeScriptFile(specifier, context.parentURL, error) : undefined;
    if (url === undefined) throw error;
    return next(url, context);
  }
}

export async function load(
  url: string,
  context: object,
  nextLoad: (url: string, context: object) => Promise<LoadResult>,
): Promise<LoadResult> {
  const path = runsTypeScript && url.startsWith("file:") ? fileURLToPath(url) : "";
  const made = isTypeScript(path) ? loadTypeScript(path, url, transform) : undefined;
  return made ?? rewriteLoaded(url, await nextLoad(url, context), transform);
}
