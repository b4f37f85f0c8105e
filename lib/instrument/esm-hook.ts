import Module from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { OWN_FOLDER } from "../own-folder.js";
import { existsSync, readFileSync } from "../own-fs.js";
import type { RunSettings } from "../settings.js";
import type { InsertedPieces } from "./insertions.js";
import type { Transform } from "./transform.js";
import { isTypeScript, moduleFormatOf } from "./typescript.js";

/** What a `load` hook gives and gets; https://nodejs.org/api/module.html#loadurl-context-nextload */
export interface LoadResult {
  format?: string | null;
  source?: string | ArrayBuffer | NodeJS.TypedArray | null;
  shortCircuit?: boolean;
}
type NextLoad<R> = (url: string, context: object) => R;

interface ModuleHooks {
  registerHooks?(hooks: {
    load(url: string, context: object, nextLoad: NextLoad<LoadResult>): LoadResult;
  }): void;
  register(
    specifier: string,
    options: { parentURL: string; data: unknown; transferList: MessagePort[] },
  ): void;
}

/** What the loader thread of Node 20 is told. */
export interface LoaderThreadData {
  settings: RunSettings;
  /** The journal in which it defines the files it rewrites. */
  journal: string;
  /** The thread whose modules it loads. */
  threadId: number;
  /** Where it tells what it inserted: {@link InsertedInFile}. */
  pieces: MessagePort;
}

export interface InsertedInFile {
  path: string;
  pieces: InsertedPieces;
}

/**
 * Whether `module.registerHooks` is there (Node 22.15): it sees CommonJS and ECMAScript modules alike, in the program's
 * thread, and leaves no frame on a stack.
 */
export const hasSyncHooks = "registerHooks" in Module;

/**
 * Rewrites ECMAScript modules: in the same thread where Node can (`module.registerHooks`, from 22.15), otherwise in the
 * loader's thread. Starting that one takes 20 ms, so it waits until a module is in sight.
 *
 * @param startThread - runs what starts the loader's thread
 * @param onRegister - given a function that takes in what the loader's thread has inserted since
 * @returns to be called when the program is about to load a module
 */
export function hookModules(
  transform: Transform,
  isTraced: (path: string) => boolean,
  data: Omit<LoaderThreadData, "pieces">,
  inserted: (path: string, pieces: InsertedPieces) => void,
  onRegister: (receive: () => void) => void,
  startThread: (start: () => void) => void,
): () => void {
  const hooks = Module as unknown as ModuleHooks;
  if (hooks.registerHooks !== undefined) {
    hooks.registerHooks({
      load: (url, context, nextLoad) =>
        loadTypeScript(url, isTraced, transform) ?? rewriteLoaded(url, nextLoad(url, context), transform),
    });
    return () => {};
  }
  let registered = false;
  const register = (): void => {
    if (registered) return;
    registered = true;
    const { port1, port2 } = new MessageChannel();
    startThread(() =>
      hooks.register(pathToFileURL(join(OWN_FOLDER, "instrument", "esm-loader.js")).href, {
        parentURL: pathToFileURL(__filename).href,
        data: { ...data, pieces: port2 },
        transferList: [port2],
      }),
    );
    // Read when a position is asked for: nothing listens to this port, so it keeps nothing alive.
    onRegister(() => {
      for (
        let message = receiveMessageOnPort(port1);
        message !== undefined;
        message = receiveMessageOnPort(port1)
      ) {
        const { path, pieces } = message.message as InsertedInFile;
        inserted(path, pieces);
      }
    });
  };
  if (startsWithModule(process.argv[1])) register();
  return register;
}

/**
 * A traced TypeScript file as JavaScript: Node 20 knows nothing of it, later versions only of types that can be erased.
 * Others, and what is not traced, are Node's business.
 */
export function loadTypeScript(
  url: string,
  isTraced: (path: string) => boolean,
  transform: Transform,
): LoadResult | undefined {
  if (!url.startsWith("file:") || !isTypeScript(url)) return undefined;
  const path = fileURLToPath(url);
  if (!isTraced(path)) return undefined;
  const source = readFileSync(path, "utf8");
  const format = moduleFormatOf(path, source);
  const code = transform(source, path, format);
  return code === source ? undefined : { format, source: code, shortCircuit: true };
}

/**
 * The result of a `load` with its source rewritten, when it is a module of a file. A CommonJS module that ESM imports has its
 * source here from Node 22 on; in Node 20 the CommonJS loader reads it.
 */
export function rewriteLoaded(url: string, result: LoadResult, transform: Transform): LoadResult {
  const { source } = result;
  // No format: a .js file whose package does not say what it is. Should it turn out to be a module, then it does not
  // parse as CommonJS and stays as it is, and Node asks for it again with its format.
  const format = result.format ?? "commonjs";
  if ((format !== "module" && format !== "commonjs") || source == null || !url.startsWith("file:"))
    return result;
  const text = typeof source === "string" ? source : Buffer.from(source as ArrayBuffer).toString("utf8");
  const code = transform(text, fileURLToPath(url), format);
  return code === text ? result : { ...result, source: code };
}

/** Whether the program's entry is a module, by Node's rules; when in doubt it is. */
function startsWithModule(entry: string | undefined): boolean {
  if (entry === undefined) return true;
  const extension = extname(entry);
  if (extension === ".cjs" || extension === ".cts" || extension === ".json") return false;
  if (extension !== ".js" && extension !== "") return true;
  for (let dir = dirname(entry); ; dir = dirname(dir)) {
    const manifest = join(dir, "package.json");
    if (existsSync(manifest)) return /"type"\s*:\s*"module"/.test(readFileSync(manifest, "utf8"));
    if (dirname(dir) === dir) return false;
  }
}
