import { arraySlice, SafeWeakMap } from "../primordials.js";

/** The first keys of an object, and how many it had when they were listed. */
export interface KeyList {
  readonly keys: string[];
  readonly length: number;
  /** Times that it may still be used. */
  left: number;
}

/** Objects of so many keys are listed again and again in less than a tenth of the time that a call takes. */
const LARGE = 256;
/** A list is used until the object was met a time for so many of its keys: listing costs each time as much as these. */
const KEYS_PER_USE = 32;

/**
 * Remembers the keys of large objects. V8 can only list them all, which for an object that grows call by call would make
 * recording it quadratic: 10,000 parameters of a query took a minute.
 *
 * @param items - keys that are told of an object at most
 */
export class LargeObjects {
  /** Whether there is any: asking for one costs 30 ns. */
  any = false;
  private readonly lists = new SafeWeakMap<object, KeyList>();

  constructor(private readonly items: number) {}

  /** @returns undefined when its keys are to be listed */
  get(object: object): KeyList | undefined {
    const list = this.lists.get(object);
    return list !== undefined && list.left-- > 0 ? list : undefined;
  }

  /** Takes note of what was listed, if that is much. */
  listed(object: object, keys: string[]): void {
    const { length } = keys;
    if (length <= LARGE) return;
    this.any = true;
    const first = arraySlice(keys, 0, this.items) as string[];
    this.lists.set(object, { keys: first, length, left: length / KEYS_PER_USE });
  }

  forget(object: object): void {
    this.lists.delete(object);
  }
}
