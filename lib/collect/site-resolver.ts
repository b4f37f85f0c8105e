import type { BareCall } from "../probe.js";
import type { FoundSite, FunctionNumbers } from "./function-numbers.js";

/**
 * Where a call was made. The site noted at run time may be stale: it was set for a call into code that is not traced,
 * which left it there. It counts when it lies in the caller; and where the caller has one call without arguments
 * (those note nothing) by the callee's name, and the noted site is another name's, that one is meant.
 */
export class SiteResolver {
  private readonly known = new Map<number, Map<number, number>>();

  constructor(
    private readonly functions: FunctionNumbers,
    private readonly add: (file: string, line: number, column: number) => number,
  ) {}

  site(parentFn: number, fn: number, noted: number): number {
    let ofParent = this.known.get(parentFn);
    if (ofParent === undefined) {
      ofParent = new Map();
      this.known.set(parentFn, ofParent);
    }
    const key = noted * 2 ** 22 + fn;
    let site = ofParent.get(key);
    if (site === undefined) {
      site = this.resolve(parentFn, fn, noted);
      ofParent.set(key, site);
    }
    return site;
  }

  private resolve(parentFn: number, fn: number, noted: number): number {
    const callee = this.functions.entry(fn);
    const names = callee === undefined ? [] : callee.kind === "constructor" ? [callee.owner] : [callee.name];
    const found = this.functions.site(noted);
    const inCaller = found !== undefined && this.isIn(found, noted, parentFn);
    if (inCaller && names.includes(found.entry.callee))
      return this.add(found.file, found.entry.line, found.entry.column);
    const caller = this.functions.entry(parentFn);
    const isMeant = ({ callee: name }: BareCall): boolean => names.includes(name);
    const bare = caller?.bareCalls.filter(isMeant) ?? [];
    if (bare.length === 1) return this.add(this.fileOf(parentFn), bare[0]!.line, bare[0]!.column);
    if (parentFn === 0 && !inCaller) {
      // Which file's top level it was is not known: one place among all of them is enough.
      const tops = this.functions.files.flatMap(({ table }) =>
        table.bareCalls.filter(isMeant).map(({ line, column }) => ({ path: table.path, line, column })),
      );
      if (tops.length === 1) return this.add(tops[0]!.path, tops[0]!.line, tops[0]!.column);
    }
    return inCaller ? this.add(found.file, found.entry.line, found.entry.column) : -1;
  }

  private isIn({ entry, file }: FoundSite, noted: number, parentFn: number): boolean {
    const chunk = this.functions.files.find(
      ({ siteBase, table }) => noted >= siteBase && noted < siteBase + table.sites.length,
    );
    if (chunk === undefined || chunk.table.path !== file) return false;
    return parentFn === 0 ? entry.function < 0 : chunk.functionBase + entry.function === parentFn;
  }

  private fileOf(fn: number): string {
    for (const { functionBase, table } of this.functions.files) {
      if (fn >= functionBase && fn < functionBase + table.functions.length) return table.path;
    }
    return "";
  }
}
