import type { FileChunk } from "../journal/layout.js";
import type { FunctionEntry, SiteEntry } from "../probe.js";

export interface AddedFunction {
  index: number;
  params: readonly string[];
}

export interface FoundSite {
  file: string;
  entry: SiteEntry;
}

/** From the numbers that a process gave its functions and sites to their entries. */
export class FunctionNumbers {
  private readonly indexes: number[] = [];
  private readonly entries: FunctionEntry[] = [];
  /** As the program's author knows them. */
  private readonly params: (readonly string[])[] = [];
  private readonly names: (readonly Uint8Array[])[] = [];
  /** Those with a source; the others only name what is called in them. */
  readonly files: readonly FileChunk[];

  constructor(files: readonly FileChunk[], add: (entry: FunctionEntry, file: FileChunk) => AddedFunction) {
    this.files = files.filter(({ table }) => table.sha256 !== "");
    for (const file of files) {
      file.table.functions.forEach((entry, i) => {
        const { index, params } = add(entry, file);
        this.indexes[file.functionBase + i] = index;
        this.params[file.functionBase + i] = params;
        this.entries[file.functionBase + i] = entry;
      });
    }
  }

  index(fn: number): number {
    return this.indexes[fn] ?? -1;
  }

  entry(fn: number): FunctionEntry | undefined {
    return this.entries[fn];
  }

  isAsync(fn: number): boolean {
    return this.entries[fn]?.async === true;
  }

  parameters(fn: number): readonly Uint8Array[] {
    let names = this.names[fn];
    if (names === undefined) {
      names = (this.params[fn] ?? []).map((name) => Buffer.from(`${JSON.stringify(name)}:`));
      this.names[fn] = names;
    }
    return names;
  }

  site(number: number): FoundSite | undefined {
    if (number === 0) return undefined;
    for (const { siteBase, table } of this.files) {
      const entry = table.sites[number - siteBase];
      if (number >= siteBase && entry !== undefined) return { file: table.path, entry };
    }
    return undefined;
  }
}
