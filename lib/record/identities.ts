import { OBJECTS_REMEMBERED } from "../journal/layout.js";
import { SafeWeakMap } from "../primordials.js";

/**
 * Numbers by which objects are known wherever they are met. An entry takes some 50 bytes and is looked at by every garbage
 * collection, and a compiler keeps millions of objects: one that is not met while {@link OBJECTS_REMEMBERED} others are is forgotten,
 * and has another number from then on.
 */
export class Identities {
  private young = new SafeWeakMap<object, number>();
  private old = new SafeWeakMap<object, number>();
  private size = 0;
  private last = 0;

  of(object: object): number {
    return this.young.get(object) ?? this.remember(object);
  }

  private remember(object: object): number {
    const number = this.old.get(object) ?? ++this.last;
    if (++this.size > OBJECTS_REMEMBERED) {
      this.old = this.young;
      this.young = new SafeWeakMap();
      this.size = 1;
    }
    this.young.set(object, number);
    return number;
  }
}
