import { grown } from "./grown.js";

/** ms between two looks at what recording costs. */
const EVERY_MS = 100;
/** Of the time between two such looks, what at least counts as the program's own. */
const LEAST_OWN_SHARE = 0.1;
/** Function numbers that tables grow by. */
const ROOM = 256;

/** Sees to it that recording costs no more than it may: the functions that are called most are only counted then. */
export class OverheadLimit {
  /** Whether there are such functions. */
  isReached = false;
  private quiet = new Uint8Array(0);
  private recent = new Uint32Array(0);
  private callsThen = 0;

  /**
   * @param most - what recording may cost, as a share of the program's own time
   * @param lookedAt - ms
   */
  constructor(
    private readonly most: number,
    private lookedAt: number,
  ) {}

  /** Whether a call is to be recorded. */
  affords(fn: number): boolean {
    if (fn < this.quiet.length && this.quiet[fn] === 1) return false;
    if (fn >= this.recent.length) this.recent = grown(this.recent, new Uint32Array(fn + ROOM));
    this.recent[fn]!++;
    return true;
  }

  /**
   * Now and then, sets what has cost against the time that has gone by.
   *
   * @param at - ms
   * @param calls - recorded so far
   * @param callCost - ms that one takes
   */
  look(at: number, calls: number, callCost: number): void {
    const elapsed = at - this.lookedAt;
    if (elapsed < EVERY_MS) return;
    const { recent } = this;
    const cost = (calls - this.callsThen) * callCost;
    // The cost is an estimate, and may come out above the time itself: the program has had some of it all the same.
    const own = Math.max(elapsed - cost, elapsed * LEAST_OWN_SHARE);
    let excess = cost - own * this.most;
    this.callsThen = calls;
    this.lookedAt = at;
    while (excess > 0) {
      let busiest = 0;
      for (let fn = 1; fn < recent.length; fn++) if (recent[fn]! > recent[busiest]!) busiest = fn;
      if (busiest >= recent.length || recent[busiest] === 0) break;
      if (busiest >= this.quiet.length) this.quiet = grown(this.quiet, new Uint8Array(busiest + ROOM));
      this.quiet[busiest] = 1;
      this.isReached = true;
      excess -= recent[busiest]! * callCost;
      recent[busiest] = 0;
    }
    for (let fn = 0; fn < recent.length; fn++) recent[fn] = 0;
  }
}
