import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { MessagePort } from "node:worker_threads";
import { wholeModule } from "../node-module.js";
import { OWN_FOLDER } from "../own-folder.js";
import { withoutInheritance } from "../record/children.js";
import { hookNow, whenNeeded } from "../record/late-hooks.js";
import { usesSourceMaps } from "../record/source-maps.js";
import { threads } from "../record/threads.js";
import type { RunSettings } from "../settings.js";
import { standIn } from "../stand-in.js";
import { packageType } from "./module-kind.js";
import type { FileChanges, Positions } from "./positions.js";
import { isTypeScript } from "./typescript.js";
import { resolveRequired } from "./typescript-files.js";

/** What the loader's thread is told. */
export interface LoaderThreadData {
  settings: RunSettings;
  /** The journal in which it defines the files it rewrites. */
  journal: string;
  /** The thread whose modules it loads. */
  threadId: number;
  /** Functions and sites are numbered from here. */
  firstNumber: number;
  /** Whether it runs TypeScript, which the program has no hooks of its own for. */
  runsTypeScript: boolean;
  /** Whether Node maps stacks in the thread whose modules it loads, which this one cannot see. */
  mapsStacks: boolean;
  /** Where it tells what it changed: {@link ChangedFile}. */
  changes: MessagePort;
}

export interface ChangedFile extends FileChanges {
  name: string;
}

interface ThreadHooks {
  register(
    specifier: string | URL,
    options: { parentURL: string; data: unknown; transferList: MessagePort[] },
  ): void;
}

/** Numbers given out in a loader's thread must not meet those of the main thread, which counts from 1. */
const NUMBERS = 1 << 20;

/**
 * Rewrites what hooks in the loader's thread give out (`module.register`, where Node has no hooks in the program's
 * thread): once the program registers some, modules are read there. Ours then are registered on top of each of the program's.
 *
 * @returns has TypeScript run there too, unless the program has something of its own for it
 */
export function followThreadHooks(
  data: Omit<LoaderThreadData, "changes" | "firstNumber" | "runsTypeScript" | "mapsStacks">,
  positions: Positions,
): () => void {
  let registered = 0;
  const ports: MessagePort[] = [];
  // Read when a position is asked for: nothing listens to the ports, so they keep nothing alive.
  positions.source = () => {
    if (ports.length === 0) return;
    const { receiveMessageOnPort } = threads();
    for (const port of ports) {
      for (
        let message = receiveMessageOnPort(port);
        message !== undefined;
        message = receiveMessageOnPort(port)
      ) {
        const { name, ...changes } = message.message as ChangedFile;
        positions.add(name, changes);
      }
    }
  };
  const registerOurs = (runsTypeScript: boolean): void => {
    // The thread that it makes has Node load what those are in.
    hookNow();
    const { port1, port2 } = new (threads().MessageChannel)();
    ports.push(port1);
    const journal = data.journal.replace(/\.ftj$/, `-${++registered}.ftj`);
    withoutInheritance(() =>
      nativeRegister()(pathToFileURL(join(OWN_FOLDER, "instrument", "esm-loader.js")), {
        parentURL: pathToFileURL(__filename).href,
        data: {
          ...data,
          journal,
          firstNumber: registered * NUMBERS,
          runsTypeScript,
          mapsStacks: usesSourceMaps(),
          changes: port2,
        } satisfies LoaderThreadData,
        transferList: [port2],
      }),
    );
  };
  let runsTypeScript = hasLoaderFlags();
  const runTypeScript = (): void => {
    if (runsTypeScript) return;
    runsTypeScript = true;
    registerOurs(true);
    resolveRequired();
  };
  const program = process.argv[1];
  // The only programs that Node does not try as CommonJS first.
  if (program !== undefined && isTypeScript(program) && packageType(dirname(program)) === "module")
    runTypeScript();
  whenNeeded(() => watchRegister(() => registerOurs(false)));
  return runTypeScript;
}

let native: ThreadHooks["register"] | undefined;

/** Whatever the program has put in its place: see {@link watchRegister}, or nothing yet. */
function nativeRegister(): ThreadHooks["register"] {
  native ??= (wholeModule() as unknown as ThreadHooks).register;
  return native;
}

/**
 * Watches `module.register`. The thread that it starts is not to record: it is no part of the program.
 *
 * @param onRegister - called when the program has registered hooks
 */
export function watchRegister(onRegister: () => void): void {
  const hooks = wholeModule() as unknown as ThreadHooks;
  const register = nativeRegister();
  const ours = {
    register(this: unknown, ...args: Parameters<typeof register>) {
      const result = withoutInheritance(() => Reflect.apply(register, this, args));
      onRegister();
      return result;
    },
  };
  hooks.register = standIn(register, ours.register);
}

/** A runner such as tsx brings its hooks in by a flag: they come after ours, and go first. */
export function hasLoaderFlags(): boolean {
  const { NODE_OPTIONS } = process.env;
  if (process.execArgv.length === 0 && NODE_OPTIONS === undefined) return false;
  const flags = [...process.execArgv, NODE_OPTIONS ?? ""].join(" ");
  return /--(?:import|loader|experimental-loader)\b/.test(flags);
}
