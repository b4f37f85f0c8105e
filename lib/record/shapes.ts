import type { JournalWriter } from "../journal/writer.js";
import { SafeMap } from "../primordials.js";

/**
 * A point in the tree of key sequences: the objects `{id, name}` and `{id, price}` share the node for `id`. An object's
 * keys are thus told by one number, found by a walk that compares pointers only, as V8 keeps one copy of a key.
 */
export interface ShapeNode {
  readonly key: string;
  readonly keyNumber: number;
  readonly secret: boolean;
  readonly parent: ShapeNode | null;
  readonly length: number;
  readonly className: number;
  /** The child taken last: objects of one shape tend to come in a row. */
  recent: ShapeNode | null;
  children: SafeMap<string, ShapeNode> | null;
  /** Number of the shape that ends here; 0 until it is defined. */
  shape: number;
}

/** Shapes are kept for the length of the run: their number is bounded, and objects used as maps stay out. */
const MOST_NODES = 20_000;
/** A shape's number takes two bytes of seven bits. */
const MOST_SHAPES = 0x3fff;
const LONGEST_KEY = 64;

/** Interns the key sequences of objects as numbered shapes, and short strings as numbered strings. */
export interface Shapes {
  /** The root for objects of a class (a string number, 0 for plain objects). */
  root(className: number): ShapeNode;
  /** The node after `node` by `key`; null when the object had better be told key by key. */
  step(node: ShapeNode, key: string): ShapeNode | null;
  /** The number of the shape that ends at `node`, defined on first use; 0 when there are too many. */
  number(node: ShapeNode): number;
}

export function createShapes(journal: JournalWriter, isSecret: (name: string) => boolean): Shapes {
  let nodes = 0;
  let shapes = 0;
  const keyNumbers = new SafeMap<string, number>();

  function node(key: string, parent: ShapeNode | null, className: number): ShapeNode {
    nodes++;
    let keyNumber = 0;
    if (parent !== null) {
      keyNumber = keyNumbers.get(key) ?? 0;
      if (keyNumber === 0) {
        keyNumber = journal.defineString(key);
        keyNumbers.set(key, keyNumber);
      }
    }
    return {
      key,
      keyNumber,
      secret: parent !== null && isSecret(key),
      parent,
      length: parent === null ? 0 : parent.length + 1,
      className,
      recent: null,
      children: null,
      shape: 0,
    };
  }

  return {
    root: (className) => node("", null, className),
    step(from, key) {
      const recent = from.recent;
      if (recent !== null && recent.key === key) return recent;
      let child = from.children?.get(key);
      if (child === undefined) {
        if (nodes >= MOST_NODES || key.length > LONGEST_KEY) return null;
        child = node(key, from, from.className);
        from.children ??= new SafeMap();
        from.children.set(key, child);
      }
      from.recent = child;
      return child;
    },
    number(last) {
      if (last.shape !== 0) return last.shape;
      if (shapes >= MOST_SHAPES) return 0;
      shapes++;
      const keys = new Uint32Array(last.length);
      for (let at: ShapeNode = last; at.parent !== null; at = at.parent) {
        keys[at.length - 1] = at.keyNumber;
      }
      last.shape = journal.defineShape(last.className, keys, last.length);
      return last.shape;
    },
  };
}
