import { SafeWeakMap } from "../primordials.js";

/**
 * Numbers of the errors that were seen, which each carries itself, in a private field that the program has no means to see. A
 * `WeakMap` would do the same, for a sixth of what recording a throw costs and more work for the garbage collector.
 */
export interface ErrorNumbers {
  /** 0 when it has none. */
  get(error: object): number;
  set(error: object, number: number): void;
}

export function createErrorNumbers(): ErrorNumbers {
  /** What cannot be extended takes no private field any more in newer versions of V8. */
  const closed = new SafeWeakMap<object, number>();

  class Given {
    constructor(object: object) {
      // biome-ignore lint/correctness/noConstructorReturn: makes `object` what a derived class adds its fields to
      return object;
    }
  }
  class Numbered extends Given {
    #number: number;
    constructor(error: object, number: number) {
      super(error);
      this.#number = number;
    }
    static of(error: object): number {
      return #number in error ? error.#number : (closed.get(error) ?? 0);
    }
  }

  return {
    get: Numbered.of,
    set(error, number) {
      try {
        new Numbered(error, number);
      } catch {
        closed.set(error, number);
      }
    },
  };
}
