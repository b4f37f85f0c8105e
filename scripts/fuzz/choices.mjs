/**
 * The decisions that make a program, drawn from a seed or replayed from a list. A program is shrunk by shrinking its
 * decisions, as Hypothesis does: whatever list is replayed, a valid program comes out, and smaller numbers
 * make simpler ones. Past the end of a list every decision is 0.
 */
export class Choices {
  /** @param {number | readonly number[]} source - a seed, or decisions made before */
  constructor(source) {
    this.replayed = typeof source === "number" ? undefined : source;
    this.state = typeof source === "number" ? source : 0;
    /** @type {number[]} */
    this.made = [];
    /** @type {{ kind: string, start: number, end: number, simplest: number }[]} */
    this.parts = [];
  }

  /** A number from 0 to `n` - 1. */
  next(n) {
    const { replayed, made } = this;
    const drawn = replayed === undefined ? this.random() % n : Math.min(replayed[made.length] ?? 0, n - 1);
    made.push(drawn);
    return drawn;
  }

  /** True once in `n` times; false is the simpler answer. */
  once(n) {
    return this.next(n) === n - 1;
  }

  /** @template T @param {readonly T[]} list - the simplest first @returns {T} */
  of(list) {
    return list[this.next(list.length)];
  }

  /**
   * Notes which decisions make a part of the program.
   *
   * @param {number} simplest - how many decisions the simplest part of this kind takes, all 0; 0: it can be left out
   */
  part(kind, simplest, write) {
    const start = this.made.length;
    const text = write();
    this.parts.push({ kind, start, end: this.made.length, simplest });
    return text;
  }

  /** A list of at most `most` parts that can each be left out. */
  list(most, oneIn, write) {
    const list = [];
    while (list.length < most) {
      const isThere = this.part("item", 0, () => {
        if (this.next(oneIn) === 0) return false;
        list.push(write());
        return true;
      });
      if (!isThere) break;
    }
    return list;
  }

  /** splitmix32: every seed gives a sequence of its own. */
  random() {
    this.state = (this.state + 0x9e3779b9) | 0;
    let t = this.state ^ (this.state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  }
}
