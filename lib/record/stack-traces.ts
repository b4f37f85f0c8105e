import { OWN_FOLDER } from "../own-folder.js";
import { SafeWeakMap } from "../primordials.js";

/** Original positions in files that were rewritten. */
export interface OriginalPositions {
  has(file: string): boolean;
  column(file: string, line: number, column: number): number;
}

/** A place in a file, as the program's author knows it. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

type Prepare = (this: unknown, error: unknown, callSites: NodeJS.CallSite[]) => unknown;

export interface StackTraces {
  /** Where an error object was made, when its stack has been formatted and starts in a rewritten file. */
  originOf(error: object): Position | undefined;
}

const { apply } = Reflect;

/**
 * Shows the program the stacks that it would have without us: columns as in the original text, no frame of ours.
 *
 * Node formats stacks by `Error.prepareStackTrace`, whose default is a function that can be called, so the text stays
 * Node's own but for the numbers. A function that the program sets there is given call sites that tell original columns. It
 * reads back what it has set; only Node itself, which is told by the frame that reads, gets our stand-in.
 *
 * @param onFormatted - is told of each error whose stack is formatted, with the text
 */
export function installStackTraces(
  positions: OriginalPositions,
  onFormatted: (error: unknown, text: string) => void,
): StackTraces {
  const native = (Error as { prepareStackTrace?: Prepare }).prepareStackTrace;
  const origins = new SafeWeakMap<object, Position>();

  function originalText(site: NodeJS.CallSite): string {
    const text = `${site}`;
    const file = site.getFileName();
    if (typeof file === "string" && positions.has(file)) {
      const line = site.getLineNumber() ?? 0;
      const column = site.getColumnNumber() ?? 0;
      const tail = `:${line}:${column}`;
      const at = text.lastIndexOf(tail);
      if (at < 0) return text;
      return `${text.slice(0, at)}:${line}:${positions.column(file, line, column)}${text.slice(at + tail.length)}`;
    }
    return site.isEval() ? originalEvalText(text) : text;
  }

  /** `eval at f (file:line:column), <anonymous>:1:1` */
  function originalEvalText(text: string): string {
    return text.replace(/\(([^()]+):(\d+):(\d+)\)/, (whole, file: string, line: string, column: string) =>
      positions.has(file)
        ? `(${file}:${line}:${positions.column(file, Number(line), Number(column))})`
        : whole,
    );
  }

  const isOurs = (site: NodeJS.CallSite): boolean => site.getFileName()?.startsWith(OWN_FOLDER) === true;
  const isTouched = (site: NodeJS.CallSite): boolean => {
    const file = site.getFileName();
    return typeof file === "string" && positions.has(file);
  };

  function noteOrigin(error: unknown, site: NodeJS.CallSite | undefined): void {
    if (typeof error !== "object" || error === null || site === undefined || !isTouched(site)) return;
    const file = site.getFileName()!;
    const line = site.getLineNumber() ?? 0;
    origins.set(error, { file, line, column: positions.column(file, line, site.getColumnNumber() ?? 0) });
  }

  const holder = {
    ErrorPrepareStackTrace(this: unknown, error: unknown, callSites: NodeJS.CallSite[]): unknown {
      const kept = callSites.filter((site) => !isOurs(site));
      noteOrigin(error, kept[0]);
      const touched = kept.some((site) => isTouched(site) || site.isEval());
      if (!touched) {
        const text = native === undefined ? defaultText(error, kept) : apply(native, this, [error, kept]);
        if (typeof text === "string") onFormatted(error, text);
        return text;
      }
      const header = native === undefined ? defaultText(error, []) : apply(native, this, [error, []]);
      const text = `${header}${kept.map((site) => `\n    at ${originalText(site)}`).join("")}`;
      onFormatted(error, text);
      return text;
    },
  };
  const ours = holder.ErrorPrepareStackTrace as Prepare;

  /** Stand-ins for functions that the program has set. */
  const standIns = new SafeWeakMap<Prepare, Prepare>();
  function standInFor(theirs: Prepare): Prepare {
    let standIn = standIns.get(theirs);
    if (standIn === undefined) {
      standIn = function (this: unknown, error: unknown, callSites: NodeJS.CallSite[]): unknown {
        const kept = callSites.filter((site) => !isOurs(site));
        noteOrigin(error, kept[0]);
        return apply(theirs, this, [
          error,
          kept.map((site) => (isTouched(site) ? originalSite(site) : site)),
        ]);
      };
      standIns.set(theirs, standIn);
    }
    return standIn;
  }

  function originalSite(site: NodeJS.CallSite): NodeJS.CallSite {
    const file = site.getFileName()!;
    const line = site.getLineNumber() ?? 0;
    const column = positions.column(file, line, site.getColumnNumber() ?? 0);
    const prototype = Object.getPrototypeOf(site) as Record<string, unknown>;
    const copy = Object.create(prototype) as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = prototype[name];
      if (typeof method !== "function" || name === "constructor") continue;
      const value = (...args: unknown[]): unknown => apply(method, site, args);
      Object.defineProperty(copy, name, { value, configurable: true, writable: true });
    }
    Object.defineProperty(copy, "getColumnNumber", {
      value: () => column,
      configurable: true,
      writable: true,
    });
    Object.defineProperty(copy, "toString", {
      value: () => originalText(site),
      configurable: true,
      writable: true,
    });
    return copy as unknown as NodeJS.CallSite;
  }

  let theirs: unknown = ours;
  let asking = false;
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    enumerable: false,
    get() {
      if (theirs === ours) return ours;
      if (typeof theirs !== "function") return isNodeAsking() ? ours : theirs;
      return isNodeAsking() ? standInFor(theirs as Prepare) : theirs;
    },
    set(value: unknown) {
      theirs = value;
    },
  });

  /** Whether the getter above was entered from Node's own formatting of a stack. */
  function isNodeAsking(): boolean {
    if (asking) return false;
    asking = true;
    const before = theirs;
    const limit = Error.stackTraceLimit;
    try {
      Error.stackTraceLimit = 3;
      theirs = ((_: unknown, sites: NodeJS.CallSite[]) => sites) satisfies Prepare;
      const sites = (new Error().stack as unknown as NodeJS.CallSite[])[2];
      return sites?.getFileName?.()?.startsWith("node:internal/errors") === true;
    } catch {
      return false;
    } finally {
      Error.stackTraceLimit = limit;
      theirs = before;
      asking = false;
    }
  }

  return { originOf: (error) => origins.get(error) };
}

/** As V8 prints it where Node has no default to call. */
function defaultText(error: unknown, sites: readonly NodeJS.CallSite[]): string {
  let header = "Error";
  try {
    header = String(error);
  } catch {
    header = "<error>";
  }
  return `${header}${sites.map((site) => `\n    at ${site}`).join("")}`;
}
