/**
 * Tells that a method is about to be called: it is asked for. The method stays what it is, and no frame of ours stands on
 * the stack.
 */
export function whenAskedFor(holder: object, name: string, tell: () => void): void {
  const found = Object.getOwnPropertyDescriptor(holder, name);
  if (found === undefined || !("value" in found) || found.configurable !== true) return;
  let { value } = found;
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable: found.enumerable === true,
    get() {
      tell();
      return value;
    },
    set(this: object, theirs: unknown) {
      if (this === holder) value = theirs;
      else Object.defineProperty(this, name, { ...found, value: theirs });
    },
  });
}
