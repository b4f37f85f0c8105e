import type { FoundSite, FunctionNumbers } from "./function-numbers.js";

/**
 * Where a call was made. The site noted at run time may be stale: it was set for a call into code that is not traced,
 * which left it there. It counts when it lies in the caller; and where the caller has one call without arguments
 * (those note nothing) by the callee's name, and the noted site is another name's, that one is meant.
 */
export class SiteResolver {
  /** By the noted site and the callee: most have one caller. */
  private readonly known = new Map<number, KnownSite>();
  private tops: Map<string, TopLevelCall[]> | undefined;

  constructor(
    private readonly functions: FunctionNumbers,
    private readonly add: (file: string, line: number, column: number) => number,
  ) {}

  site(parentFn: number, fn: number, noted: number): number {
    const key = noted * 2 ** 22 + fn;
    const known = this.known.get(key);
    if (known === undefined) {
      const site = this.resolve(parentFn, fn, noted);
      this.known.set(key, { parentFn, site, others: undefined });
      return site;
    }
    if (known.parentFn === parentFn) return known.site;
    known.others ??= new Map();
    let site = known.others.get(parentFn);
    if (site === undefined) {
      site = this.resolve(parentFn, fn, noted);
      known.others.set(parentFn, site);
    }
    return site;
  }

  private resolve(parentFn: number, fn: number, noted: number): number {
    const callee = this.functions.entry(fn);
    const names = callee === undefined ? [] : callee.kind === "constructor" ? [callee.owner] : [callee.name];
    const found = this.functions.site(noted);
    const inCaller = found !== undefined && isIn(found, parentFn);
    if (inCaller && names.includes(found.entry.callee)) return this.found(found);
    const caller = this.functions.entry(parentFn);
    const bare = caller?.bareCalls.filter(({ callee: name }) => names.includes(name)) ?? [];
    if (bare.length === 1) {
      const { path } = this.functions.file(parentFn)!.head;
      return this.add(path, bare[0]!.line, bare[0]!.column);
    }
    if (parentFn === 0 && !inCaller) {
      // Which file's top level it was is not known: one place among all of them is enough.
      const tops = names.flatMap((name) => this.topLevel().get(name) ?? []);
      if (tops.length === 1) return this.add(tops[0]!.path, tops[0]!.line, tops[0]!.column);
    }
    return inCaller ? this.found(found) : -1;
  }

  private found({ file, entry: { line, column } }: FoundSite): number {
    return this.add(file.head.path, line, column);
  }

  /** Calls without arguments outside of all functions, by the callee's name. */
  private topLevel(): Map<string, TopLevelCall[]> {
    if (this.tops !== undefined) return this.tops;
    const tops = new Map<string, TopLevelCall[]>();
    for (const { head, bareCalls } of this.functions.files) {
      for (const { callee, line, column } of bareCalls) {
        const list = tops.get(callee);
        if (list === undefined) tops.set(callee, [{ path: head.path, line, column }]);
        else list.push({ path: head.path, line, column });
      }
    }
    this.tops = tops;
    return tops;
  }
}

interface KnownSite {
  parentFn: number;
  site: number;
  /** Of other callers. */
  others: Map<number, number> | undefined;
}

interface TopLevelCall {
  path: string;
  line: number;
  column: number;
}

function isIn({ entry, file }: FoundSite, parentFn: number): boolean {
  return parentFn === 0 ? entry.function < 0 : file.head.functionBase + entry.function === parentFn;
}
