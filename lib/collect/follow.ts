import { statSync } from "node:fs";
import { monotonicMs } from "../clock.js";
import { writeTraceFile, writeTraceFileSync } from "../files/write-trace.js";
import type { Trace } from "../trace/columns.js";
import { assemble, type RunFacts } from "./assemble.js";
import { Journals } from "./journals.js";
import { optimizeAsUsual, optimizeLate } from "./late-optimizing.js";
import type { Ended } from "./launch.js";
import { type RunManifest, writeManifest } from "./manifest.js";
import { removeRunDir } from "./run-folder.js";
import { SnapshotPace } from "./snapshots.js";
import { UsageSampler } from "./usage.js";

export interface RecordedRun {
  trace: Trace;
  output: string;
  /** Size of the trace file; 0 when it could not be written. */
  bytes: number;
  elapsedMs: number;
  /** Why the trace could not be written, and where its journals are. */
  failure?: string;
}

const POLL_MS = 100;
const USAGE_MS = 500;

/**
 * Following the journals takes as much work as writing them: on a busy machine the program goes first. Of a run that is over at once,
 * there is nothing to follow, and `node:os` need not be loaded.
 */
function giveWay(): void {
  const { constants, setPriority } = process.getBuiltinModule("node:os");
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // then they share
  }
}

/** Follows the journals of a run while it goes on, and makes the trace of them. */
export class Follower {
  private readonly journals: Journals;
  private readonly sampler: UsageSampler;
  private readonly pace: SnapshotPace;
  private timer: NodeJS.Timeout | undefined;
  private lastBeat: number;
  private lastFlush: number;

  constructor(
    private readonly manifest: RunManifest,
    private readonly runDir: string,
    private readonly output: string,
    private readonly samplesUsage: boolean,
    private readonly clockOrigin: number,
  ) {
    this.journals = new Journals(runDir);
    this.sampler = new UsageSampler(() => this.pids(), manifest.startedUnixMs, USAGE_MS);
    this.pace = new SnapshotPace(manifest.startedUnixMs);
    this.lastBeat = manifest.startedUnixMs;
    this.lastFlush = manifest.startedUnixMs;
  }

  start(verbose: ((line: string) => void) | undefined): void {
    optimizeLate();
    if (this.samplesUsage) this.sampler.start();
    let isFirst = true;
    this.timer = setInterval(() => {
      if (isFirst) giveWay();
      isFirst = false;
      const { flushes } = this.journals;
      this.journals.poll();
      optimizeAsUsual(this.journals.calls);
      this.snapshot();
      const at = this.unixNow();
      if (this.journals.flushes > flushes) this.lastFlush = at;
      if (verbose === undefined || at - this.lastBeat < 1000) return;
      this.lastBeat = at;
      verbose(this.heartbeat(at));
    }, POLL_MS);
  }

  private heartbeat(at: number): string {
    const { calls, bytes, bytesPending, inFlight, flushes } = this.journals;
    const sinceFlush = ((at - this.lastFlush) / 1000).toFixed(1);
    return `${calls} calls, ${inFlight} in flight, ${bytesPending} bytes pending, ${flushes} flushes, ${bytes} bytes of journal, ${sinceFlush} s since the last flush`;
  }

  stop(): void {
    clearInterval(this.timer);
    this.sampler.stop();
  }

  /** Writes the trace anew, when it is time to. */
  private snapshot(): void {
    const { journals, pace } = this;
    if (!pace.isDue(this.unixNow(), journals.bytes)) return;
    const before = monotonicMs();
    try {
      writeTraceFileSync(assemble(this.facts(this.unixNow(), undefined), journals.all), this.output);
    } catch {
      // The place may come back; the journals hold everything until the end, when it is told.
    }
    pace.wrote(monotonicMs() - before, journals.bytes);
  }

  async finish(
    ended: Ended,
    keepJournal: boolean,
    tell: (journalBytes: number) => void,
  ): Promise<RecordedRun> {
    this.stop();
    const { journals, output, manifest, runDir } = this;
    journals.poll(true);
    optimizeAsUsual(journals.calls);
    tell(journals.bytes);
    const endedUnixMs = this.unixNow();
    const trace = assemble(this.facts(endedUnixMs, ended), journals.all);
    const recorded = { trace, output, bytes: 0, elapsedMs: endedUnixMs - manifest.startedUnixMs };
    try {
      await writeTraceFile(trace, output);
    } catch (error) {
      journals.close();
      const reason = error instanceof Error ? error.message || error.stack : String(error);
      return {
        ...recorded,
        failure: `${reason} The journals are kept: flowtrace-recover ${runDir} -o <file>.json.gz`,
      };
    } finally {
      optimizeAsUsual();
    }
    journals.close();
    if (keepJournal) writeManifest(runDir, manifest);
    else removeRunDir(runDir);
    return { ...recorded, bytes: statSync(output).size };
  }

  private facts(endedUnixMs: number, ended: Ended | undefined): RunFacts {
    return {
      ...this.manifest,
      endedUnixMs,
      finished: ended !== undefined,
      exitCode: ended?.exitCode ?? null,
      signal: ended?.signal ?? null,
      usage: this.sampler.samples,
      warnings: [],
    };
  }

  private unixNow(): number {
    return this.clockOrigin + monotonicMs();
  }

  private pids(): number[] {
    const pids = this.journals.all.map(({ log }) => log.journal?.pid ?? 0);
    return [...new Set(pids)].filter((pid) => pid > 0);
  }
}
