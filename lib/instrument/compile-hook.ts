import { Module } from "../node-module.js";

type Compile = (this: object, content: string, filename: string, ...rest: unknown[]) => unknown;

/**
 * Rewrites CommonJS modules when they are compiled, where their text was not rewritten before: the output of a loader of
 * the program's. Only there is a frame of ours on the stack, which the stacks shown to the program leave out.
 *
 * @param isToRewrite - asked for each module, right before it is compiled
 */
export function hookCompile(
  rewritten: (content: string, filename: string) => string,
  isToRewrite: (module: NodeJS.Module) => boolean,
): void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const native = prototype._compile;
  let current = native;
  const ours: { _compile: Compile } = {
    _compile(content, filename, ...rest) {
      return native.call(this, rewritten(content, filename), filename, ...rest);
    },
  };
  // V8 names a frame of the native function by the property that holds it.
  Object.setPrototypeOf(
    prototype,
    Object.create(Object.prototype, { _compile: { value: native } }) as object,
  );
  Object.defineProperty(prototype, "_compile", {
    configurable: true,
    enumerable: true,
    get(this: object) {
      const isOurs = current === native && this instanceof Module && isToRewrite(this);
      return isOurs ? ours._compile : current;
    },
    set(this: object, value: Compile) {
      if (this === prototype) current = value;
      // A loader that patches one module's.
      else
        Object.defineProperty(this, "_compile", {
          value,
          configurable: true,
          enumerable: true,
          writable: true,
        });
    },
  });
}
