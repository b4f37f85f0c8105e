import type { DefinedFile } from "../journal/defined-file.js";
import type { FunctionEntry, SiteEntry } from "../probe.js";
import { jsonBytes } from "../trace/json-bytes.js";

export interface AddedFunction {
  index: number;
  params: readonly string[];
}

export interface FoundSite {
  file: DefinedFile;
  entry: SiteEntry;
}

/** A function that was asked for. */
class KnownFunction {
  names: readonly Uint8Array[] | undefined;

  constructor(
    readonly file: DefinedFile,
    readonly entry: FunctionEntry,
    readonly added: AddedFunction,
  ) {}
}

/** From the numbers that a process gave its functions and sites to their entries, of which few are ever asked for. */
export class FunctionNumbers {
  private readonly known: (KnownFunction | null | undefined)[] = [];
  private readonly byFunction: readonly DefinedFile[];
  private readonly bySite: readonly DefinedFile[];
  private lastFile: DefinedFile | undefined;
  private lastSited: DefinedFile | undefined;
  private readonly parameterNames = new Map<string, Uint8Array>();

  /** @param add - told of each function when it is first asked for */
  constructor(
    files: readonly DefinedFile[],
    private readonly add: (entry: FunctionEntry, file: DefinedFile) => AddedFunction,
  ) {
    this.byFunction = files.toSorted((a, b) => a.head.functionBase - b.head.functionBase);
    // Those without a source only name what is called in them.
    this.bySite = files
      .filter(({ head }) => head.sha256 !== "")
      .sort((a, b) => a.head.siteBase - b.head.siteBase);
  }

  /** Those with a source. */
  get files(): readonly DefinedFile[] {
    return this.bySite;
  }

  private function(fn: number): KnownFunction | null {
    let known = this.known[fn];
    if (known === undefined) {
      const file = this.fileOf(fn);
      const entry = file?.function(fn - functionBase(file));
      known = entry === undefined ? null : new KnownFunction(file!, entry, this.add(entry, file!));
      this.known[fn] = known;
    }
    return known;
  }

  /** Calls of one file's functions come together. */
  private fileOf(fn: number): DefinedFile | undefined {
    const { lastFile } = this;
    if (lastFile !== undefined) {
      const { functionBase, functions } = lastFile.head;
      if (fn >= functionBase && fn < functionBase + functions) return lastFile;
    }
    this.lastFile = lastUpTo(this.byFunction, fn, functionBase);
    return this.lastFile;
  }

  /** -1 when it is not known. */
  index(fn: number): number {
    return this.function(fn)?.added.index ?? -1;
  }

  entry(fn: number): FunctionEntry | undefined {
    return this.function(fn)?.entry;
  }

  file(fn: number): DefinedFile | undefined {
    return this.function(fn)?.file;
  }

  isAsync(fn: number): boolean {
    return this.function(fn)?.entry.async === true;
  }

  parameters(fn: number): readonly Uint8Array[] {
    const known = this.function(fn);
    if (known === null) return [];
    known.names ??= known.added.params.map((name) => this.parameter(name));
    return known.names;
  }

  /** Functions have the same names for their parameters. */
  private parameter(name: string): Uint8Array {
    let bytes = this.parameterNames.get(name);
    if (bytes === undefined) {
      bytes = jsonBytes(`${JSON.stringify(name)}:`);
      this.parameterNames.set(name, bytes);
    }
    return bytes;
  }

  site(number: number): FoundSite | undefined {
    if (number === 0) return undefined;
    let { lastSited: file } = this;
    if (file === undefined || number < file.head.siteBase || number >= file.head.siteBase + file.head.sites)
      file = lastUpTo(this.bySite, number, siteBase);
    this.lastSited = file;
    const entry = file?.site(number - siteBase(file));
    return entry === undefined ? undefined : { file: file!, entry };
  }
}

const functionBase = ({ head }: DefinedFile): number => head.functionBase;
const siteBase = ({ head }: DefinedFile): number => head.siteBase;

/** The last of a sorted list whose numbers begin at `number` or before. */
function lastUpTo(
  files: readonly DefinedFile[],
  number: number,
  base: (file: DefinedFile) => number,
): DefinedFile | undefined {
  let from = 0;
  let to = files.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (base(files[middle]!) <= number) from = middle + 1;
    else to = middle;
  }
  return files[from - 1];
}
