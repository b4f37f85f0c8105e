/** Share of the elapsed time that snapshots may take, and how much more must be there for the next one. */
const TIME_SHARE = 0.1;
const GROWTH = 1.6;
/** What the first one takes, by bytes of journal: V8 has compiled nothing of it yet. */
const FIRST_MS_PER_BYTE = 1e-4;
/** A run that is over sooner has its trace at once, and its journal until then. */
const FIRST_AFTER_MS = 1000;

/**
 * Says when the trace file is written anew while the program runs: all snapshots together stay below a tenth
 * of the time, and, as each is 1.6 times the one before, write less than 3 times the final size.
 */
export class SnapshotPace {
  private spentMs = 0;
  private lastBytes = 0;
  private lastMs = 0;

  constructor(private readonly startedMs: number) {}

  /** @param bytes - of journal read so far */
  isDue(nowMs: number, bytes: number): boolean {
    if (bytes === this.lastBytes || bytes < this.lastBytes * GROWTH) return false;
    if (nowMs - this.startedMs < FIRST_AFTER_MS) return false;
    const expectedMs = bytes * (this.lastBytes === 0 ? FIRST_MS_PER_BYTE : this.lastMs / this.lastBytes);
    return this.spentMs + expectedMs <= (nowMs - this.startedMs) * TIME_SHARE;
  }

  wrote(ms: number, bytes: number): void {
    this.spentMs += ms;
    this.lastMs = ms;
    this.lastBytes = bytes;
  }
}
