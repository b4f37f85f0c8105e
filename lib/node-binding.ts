/**
 * One of the bindings that Node's own modules are made of, past the module that hands it on where that takes long to load. Node
 * warns of the way to it, before 24, and opens only some since; under its permission model, none.
 *
 * @returns undefined where it is closed
 */
export function nodeBinding<T>(name: string): T | undefined {
  const { emitWarning } = process;
  try {
    process.emitWarning = () => {};
    return (process as unknown as { binding(name: string): T | undefined }).binding(name);
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
