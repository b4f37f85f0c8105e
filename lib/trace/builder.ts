import { ColumnBuilder } from "./column-builder.js";
import type { FunctionInfo, Trace } from "./columns.js";
import {
  type ErrorInfo,
  FORMAT_VERSION,
  type RunEnd,
  type RunInfo,
  type SourcePosition,
  type Value,
} from "./format.js";
import { TextBlob } from "./text-blob.js";

/**
 * A trace made by hand: by importers of other formats, and by tests. Rows come in order of start, the root first.
 */
export class TraceBuilder {
  readonly columns = new ColumnBuilder();
  readonly values = new TextBlob();
  readonly functions: FunctionInfo[] = [];
  readonly sites: SourcePosition[] = [];
  readonly errors: ErrorInfo[] = [];
  private readonly functionIds = new Map<string, number>();
  private readonly siteIds = new Map<string, number>();

  /** The index of this function, which is added when it is new. */
  fn(info: FunctionInfo): number {
    const { name, called, module, kind, file, line, column } = info;
    const key = JSON.stringify([name, called, module, kind, file, line, column]);
    return indexOf(this.functionIds, this.functions, key, info);
  }

  /** The index of this position as a call site. */
  site(position: SourcePosition): number {
    const key = `${position.line}:${position.column}:${position.file}`;
    return indexOf(this.siteIds, this.sites, key, position);
  }

  /** The index of a new error. */
  error(error: Omit<ErrorInfo, "id">): number {
    return this.errors.push({ ...error, id: this.errors.length }) - 1;
  }

  /** The reference of a value. */
  value(value: Value): number {
    return this.values.addText(JSON.stringify(value));
  }

  /** Adds a call; its other columns are set by row. */
  addCall(parent: number, functionId: number, start: number): number {
    return this.columns.add(parent, functionId, start);
  }

  /** The trace so far; what is not told of the run has the plainest value. */
  trace(run: Partial<RunInfo> = {}, end: Partial<RunEnd> = {}): Trace {
    const { columns, values, functions, sites, errors } = this;
    return {
      run: { ...emptyRun(), ...run },
      end: { ...emptyEnd(), calls: Math.max(0, columns.length - 1), ...end, errors },
      functions,
      sites,
      errors,
      calls: columns.columns(),
      values,
    };
  }
}

function indexOf<T>(known: Map<string, number>, list: T[], key: string, item: T): number {
  let index = known.get(key);
  if (index === undefined) {
    index = list.push(item) - 1;
    known.set(key, index);
  }
  return index;
}

/** A run of which nothing is known. */
export function emptyRun(): RunInfo {
  return {
    version: FORMAT_VERSION,
    tool: "",
    node: "",
    platform: "",
    argv: [],
    cwd: "",
    root: "",
    started_unix_ms: 0,
    options: {},
  };
}

/** The end of a run of which nothing is known. */
export function emptyEnd(): RunEnd {
  return {
    finished: true,
    exit_code: null,
    signal: null,
    calls: 0,
    threads: [],
    errors: [],
    files: [],
    usage: [],
    folded: [],
    warnings: [],
  };
}
