import { performance } from "node:perf_hooks";
import type { Trace } from "../trace/columns.js";
import { subsetTrace } from "../trace/subset.js";
import { assemble } from "./assemble.js";
import { Journals } from "./journals.js";
import { readManifest } from "./manifest.js";

/** Which calls of a thread a part of its trace is made of. */
export interface PartOfTrace {
  /** Calls by number, as the recorder gives them: from `first` on, before `end`. */
  first: number;
  end: number;
  /** Only this one, and what was called below it. */
  top?: number;
}

/**
 * Reads what a thread has recorded so far, in that thread.
 *
 * @param journal - the name of its own journal, without extension
 * @returns takes which part is wanted; returns it as a trace
 */
export function ownTrace(runDir: string, journal: string): (part: PartOfTrace) => Trace {
  const { ownOutput, ...manifest } = readManifest(runDir);
  const definesFiles = /-(?:loader|children)(?:-\d+)?\.ftj$/;
  const journals = new Journals(runDir, (name) => name === `${journal}.ftj` || definesFiles.test(name));
  return (part) => {
    journals.poll();
    const trace = assemble(
      {
        ...manifest,
        endedUnixMs: performance.timeOrigin + performance.now(),
        finished: true,
        exitCode: null,
        signal: null,
        usage: [],
        warnings: [],
      },
      journals.all,
    );
    return partOf(trace, part);
  };
}

function partOf(trace: Trace, { first, end, top }: PartOfTrace): Trace {
  const { parent } = trace.calls;
  const isBelow = new Uint8Array(trace.calls.length);
  if (top !== undefined) isBelow[top] = 1;
  // A call comes after the one that it is made by.
  for (let row = first; row < trace.calls.length; row++) if (isBelow[parent[row]!] === 1) isBelow[row] = 1;
  return subsetTrace(trace, (row) => row >= first && row < end && (top === undefined || isBelow[row] === 1));
}
