/**
 * References of the few rows that have one, as a map that holds millions: a `Map` ends at 16.7 million entries and takes
 * some 40 bytes each. Memory that no row touched is never committed by the system.
 */
export class SparseRefs implements ReadonlyMap<number, number> {
  /** Reference plus 1, so that fresh memory says "none". */
  private refs = new Float64Array(0);
  size = 0;

  set(row: number, ref: number): void {
    if (row >= this.refs.length) {
      const grown = new Float64Array(Math.max(1024, this.refs.length * 2, row + 1));
      grown.set(this.refs);
      this.refs = grown;
    }
    if (this.refs[row] === 0) this.size++;
    this.refs[row] = ref + 1;
  }

  get(row: number): number | undefined {
    return row < this.refs.length && this.refs[row] !== 0 ? this.refs[row]! - 1 : undefined;
  }

  has(row: number): boolean {
    return row < this.refs.length && this.refs[row] !== 0;
  }

  forEach(told: (ref: number, row: number, map: ReadonlyMap<number, number>) => void): void {
    for (const [row, ref] of this) told(ref, row, this);
  }

  *[Symbol.iterator](): MapIterator<[number, number]> {
    for (let row = 0; row < this.refs.length; row++) {
      if (this.refs[row] !== 0) yield [row, this.refs[row]! - 1];
    }
  }

  entries(): MapIterator<[number, number]> {
    return this[Symbol.iterator]();
  }

  *keys(): MapIterator<number> {
    for (const [row] of this) yield row;
  }

  *values(): MapIterator<number> {
    for (const [, ref] of this) yield ref;
  }
}
