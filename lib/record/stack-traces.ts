import { OWN_FOLDER } from "../own-folder.js";
import {
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  includes,
  objectCreate,
  ownKeys,
  SafeWeakMap,
  split,
  startsWith,
  stringIndexOf,
  stringLastIndexOf,
  stringSlice,
} from "../primordials.js";
import { LOCAL, PROBE } from "../probe.js";
import { mendAssertion } from "./assert-message.js";
import { isForVm, type MendedExcerpt, mendDecoration, watchForVm } from "./decorated-stack.js";
import { hasMap, usesSourceMaps } from "./source-maps.js";

/** Original positions in files that were rewritten. */
export interface OriginalPositions {
  has(file: string): boolean;
  /** Whether a place of the text that V8 runs is in something that was inserted. */
  isInserted(file: string, line: number, column: number): boolean;
  original(file: string, line: number, column: number, isWaiting?: boolean): { line: number; column: number };
  /** The file as the program's author wrote it; undefined when it is gone. */
  text(file: string): string | undefined;
}

type Prepare = (this: unknown, error: unknown, callSites: NodeJS.CallSite[]) => unknown;

const { apply } = Reflect;

/**
 * Shows the program the stacks that it would have without us: positions as in the original text, no frame of ours.
 *
 * Node formats stacks by `Error.prepareStackTrace`, whose default is a function that can be called, so the text stays
 * Node's own but for the numbers. A function that the program sets there is given call sites that tell original
 * positions. It reads back what it has set; only Node itself gets our stand-in.
 *
 * source-map-support, which could do the same for the default format, is not used: it would print the text itself, not as
 * this version of Node does, and the program would find its function in `Error.prepareStackTrace`.
 *
 * @param mend - gives an error's message back what it would be without us, before it becomes the stack's head
 * @param onFormatted - is told of each error whose stack is formatted, with the text
 * @param excerpt - the line that `node:vm` is to write in front of a stack
 */
export function installStackTraces(
  positions: OriginalPositions,
  mend: (error: unknown) => void,
  onFormatted: (error: unknown, text: string) => void,
  excerpt: MendedExcerpt,
): void {
  watchForVm();
  const native = (Error as { prepareStackTrace?: Prepare }).prepareStackTrace;
  function isTouched(site: NodeJS.CallSite): boolean {
    const file = site.getFileName();
    return typeof file === "string" && positions.has(file);
  }

  function originalOf(site: NodeJS.CallSite): { line: number; column: number } {
    return positions.original(
      site.getFileName()!,
      site.getLineNumber() ?? 0,
      site.getColumnNumber() ?? 0,
      site.isAsync(),
    );
  }

  function originalText(site: NodeJS.CallSite): string {
    const text = `${site}`;
    if (isNext(site)) return replaced(text, site.getTypeName()!, originalType(site));
    if (!isTouched(site)) return site.isEval() ? originalEvalText(text) : text;
    const tail = `:${site.getLineNumber()}:${site.getColumnNumber()}`;
    const at = stringLastIndexOf(text, tail);
    if (at < 0) return text;
    const { line, column } = originalOf(site);
    const end = stringSlice(text, at + tail.length, text.length);
    const original = `${stringSlice(text, 0, at)}:${line}:${column}${end}`;
    return includes(text, LOCAL) ? withoutInferredName(original) : original;
  }

  /** `name.next (<anonymous>)`: V8 has the name of a generator in the place of its type. */
  const isNext = (site: NodeJS.CallSite): boolean =>
    site.getFileName() == null && includes(site.getTypeName() ?? "", LOCAL);
  const originalType = (site: NodeJS.CallSite): string => originalName(site.getTypeName()!) || "Generator";

  /** `async name (place)` */
  function withoutInferredName(text: string): string {
    const how = startsWith(text, "async ") ? "async " : startsWith(text, "new ") ? "new " : "";
    const at = stringIndexOf(text, " (", how.length);
    if (at < 0) return text;
    const theirs = originalName(stringSlice(text, how.length, at));
    const place = stringSlice(text, at + 2, text.length - 1);
    return theirs === "" ? `${how}${place}` : `${how}${theirs} (${place})`;
  }

  /** `eval at f (file:line:column), <anonymous>:1:1` */
  function originalEvalText(text: string): string {
    for (let end = stringIndexOf(text, ")", 0); end >= 0; end = stringIndexOf(text, ")", end + 1)) {
      const column = numberBefore(text, end);
      const line = numberBefore(text, column.at);
      if (line.at < 0) continue;
      // A path may have brackets of its own.
      for (let open = stringIndexOf(text, "(", 0); open >= 0; open = stringIndexOf(text, "(", open + 1)) {
        const file = stringSlice(text, open + 1, line.at);
        if (open > line.at || !positions.has(file)) continue;
        const original = positions.original(file, line.value, column.value);
        const rest = stringSlice(text, end, text.length);
        return `${stringSlice(text, 0, line.at)}:${original.line}:${original.column}${rest}`;
      }
    }
    return text;
  }

  const isOurs = (site: NodeJS.CallSite): boolean => startsWith(site.getFileName() ?? "", OWN_FOLDER);

  /** What the recorder calls goes with it: that is where a stack may be found too deep. */
  function ofProgram(callSites: NodeJS.CallSite[]): NodeJS.CallSite[] {
    let innermost = 0;
    for (let i = 0; i < callSites.length && isNodes(callSites[i]!); i++)
      if (isOurs(callSites[i]!) && isProbeCall(callSites[i + 1])) innermost = i + 1;
    const kept: NodeJS.CallSite[] = [];
    for (let i = innermost; i < callSites.length; i++) {
      const site = callSites[i]!;
      if (!isOurs(site)) kept[kept.length] = site;
    }
    return kept;
  }

  const isNodes = (site: NodeJS.CallSite): boolean =>
    isOurs(site) || site.isNative() || startsWith(site.getFileName() ?? "node:", "node:");

  const isProbeCall = (site: NodeJS.CallSite | undefined): boolean =>
    site !== undefined &&
    isTouched(site) &&
    positions.isInserted(site.getFileName()!, site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0);

  function mendMessage(error: unknown, top: NodeJS.CallSite | undefined): void {
    mend(error);
    if (typeof error !== "object" || error === null || top === undefined) return;
    mendAssertion(error, () => {
      const text = isTouched(top) ? positions.text(top.getFileName()!) : undefined;
      return text === undefined ? undefined : { ...originalOf(top), text };
    });
  }

  const holder = {
    ErrorPrepareStackTrace(this: unknown, error: unknown, callSites: NodeJS.CallSite[]): unknown {
      const kept = ofProgram(callSites);
      mendMessage(error, kept[0]);
      if (usesSourceMaps()) {
        // Node maps what it is given by each file's map, and takes the text of a call site where there is none.
        const text = apply(native!, this, [error, allShown(kept, true)]) as string;
        return formatted(error, text, callSites);
      }
      const isAsItWas = !isAnyTouched(kept);
      const sites = isAsItWas ? kept : [];
      let text = native === undefined ? defaultText(error, sites) : apply(native, this, [error, sites]);
      if (isAsItWas) return formatted(error, text, callSites);
      for (let i = 0; i < kept.length; i++) text = `${text}\n    at ${originalText(kept[i]!)}`;
      return formatted(error, text, callSites);
    },
  };
  function isAnyTouched(sites: NodeJS.CallSite[]): boolean {
    for (let i = 0; i < sites.length; i++) if (isTouched(sites[i]!) || sites[i]!.isEval()) return true;
    return false;
  }
  function formatted(error: unknown, text: unknown, callSites: NodeJS.CallSite[]): unknown {
    if (typeof text !== "string") return text;
    if (isForVm(callSites)) mendDecoration(error, text, excerpt);
    onFormatted(error, text);
    return text;
  }
  const ours = holder.ErrorPrepareStackTrace as Prepare;

  /** Stand-ins for functions that the program has set. */
  const standIns = new SafeWeakMap<Prepare, Prepare>();
  function standInFor(theirs: Prepare): Prepare {
    let standIn = standIns.get(theirs);
    if (standIn === undefined) {
      standIn = function (this: unknown, error: unknown, callSites: NodeJS.CallSite[]): unknown {
        const kept = ofProgram(callSites);
        mendMessage(error, kept[0]);
        const text = apply(theirs, this, [error, allShown(kept, false)]);
        if (typeof text === "string" && isForVm(callSites)) mendDecoration(error, text, excerpt);
        return text;
      };
      standIns.set(theirs, standIn);
    }
    return standIn;
  }

  function allShown(sites: NodeJS.CallSite[], forNode: boolean): NodeJS.CallSite[] {
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i]!;
      if (isTouched(site) || site.isEval() || isNext(site)) sites[i] = originalSite(site, forNode);
    }
    return sites;
  }

  /** @param forNode - it is Node that is to map the place, by the file's map */
  function originalSite(site: NodeJS.CallSite, forNode: boolean): NodeJS.CallSite {
    const prototype = getPrototypeOf(site) as Record<PropertyKey, unknown>;
    const copy = objectCreate(prototype) as NodeJS.CallSite;
    const answer = (name: PropertyKey, value: unknown): void => {
      defineProperty(copy, name, { value, configurable: true, writable: true });
    };
    const names = ownKeys(prototype);
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      const method = prototype[name];
      if (typeof method !== "function" || name === "constructor") continue;
      // A proxy has the method's name, length and text.
      answer(name, new Proxy(method, { apply: (_, __, args) => apply(method, site, args) }));
    }
    if (isTouched(site)) {
      const isMapped = forNode && hasMap(site.getFileName()!);
      if (!isMapped) {
        const { line, column } = originalOf(site);
        answer("getLineNumber", () => line);
        answer("getColumnNumber", () => column);
      }
      // For one that is of no file, Node takes the text.
      if (forNode && !isMapped) answer("getFileName", () => undefined);
      const name = site.getFunctionName();
      if (includes(name ?? "", LOCAL)) answer("getFunctionName", () => originalName(name!) || null);
    }
    if (isNext(site)) answer("getTypeName", () => originalType(site));
    const origin = site.getEvalOrigin();
    if (origin !== undefined) answer("getEvalOrigin", () => originalEvalText(`${origin}`));
    answer("toString", () => originalText(site));
    return copy;
  }

  let theirs: unknown = native;
  let probing = false;
  let isFormatting = false;
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    enumerable: false,
    get() {
      if (probing) return noteCall;
      if (typeof theirs !== "function" || theirs === native) {
        // With source maps Node's own formatting is another one: its default calls that, where it has a default.
        return (native !== undefined || !usesSourceMaps()) && isNodeAsking() ? ours : theirs;
      }
      return isNodeAsking() ? standInFor(theirs as Prepare) : theirs;
    },
    set(value: unknown) {
      theirs = value;
    },
  });

  function noteCall(): string {
    isFormatting = false;
    return "";
  }

  /**
   * Whether the getter above was entered from Node's own formatting of a stack: V8 does not ask again for the format of
   * an error that is made meanwhile.
   */
  function isNodeAsking(): boolean {
    const limit = getOwnPropertyDescriptor(Error, "stackTraceLimit");
    probing = true;
    isFormatting = true;
    try {
      if (limit?.writable === true) Error.stackTraceLimit = 1;
      void new Error().stack;
      return isFormatting;
    } catch {
      return false;
    } finally {
      if (limit?.writable === true) Error.stackTraceLimit = limit.value;
      probing = false;
    }
  }
}

/** As V8 prints it where Node has no default to call. */
function defaultText(error: unknown, sites: readonly unknown[]): string {
  let text = "Error";
  try {
    text = String(error);
  } catch {
    text = "<error>";
  }
  for (let i = 0; i < sites.length; i++) text += `\n    at ${sites[i]}`;
  return text;
}

/** Replaces the first place where it stands. */
function replaced(text: string, from: string, to: string): string {
  const at = stringIndexOf(text, from, 0);
  return at < 0 ? text : stringSlice(text, 0, at) + to + stringSlice(text, at + from.length, text.length);
}

/** The number that ends at `end`, and where the colon in front of it stands; below 0 when there is none. */
function numberBefore(text: string, end: number): { value: number; at: number } {
  let start = end;
  while (start > 0 && includes("0123456789", text[start - 1]!)) start--;
  const isThere = start < end && text[start - 1] === ":";
  return { value: +stringSlice(text, start, end), at: isThere ? start - 1 : -1 };
}

/**
 * V8 guesses a nameless function's name from the names in front of it, ours among them, when it comes to an assignment.
 *
 * @returns empty when the assignment was ours
 */
export function originalName(name: string): string {
  const parts = split(name, ".");
  let theirs: string | undefined;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const isOurs = startsWith(part, LOCAL) || (i > 0 && parts[i - 1] === PROBE);
    if (isOurs && i === parts.length - 1) return "";
    if (!isOurs) theirs = theirs === undefined ? part : `${theirs}.${part}`;
  }
  return theirs ?? "";
}
