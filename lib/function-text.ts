// Taken before the program can replace them.
const { apply } = Reflect;
const { defineProperty } = Object;

/**
 * Makes `Function.prototype.toString` give a function's text as the program has it.
 *
 * @param original - gives a text without what was inserted in it
 * @param prototype - the realm's `Function.prototype`
 */
export function installFunctionText(
  original: (text: string) => string,
  prototype: object = Function.prototype,
): void {
  const native = prototype.toString;
  const ours = {
    toString(this: unknown): string {
      return original(apply(native, this === ours.toString ? native : this, []));
    },
  };
  defineProperty(prototype, "toString", {
    value: ours.toString,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
