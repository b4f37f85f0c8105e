/** @returns `more`, with what `old` holds at its beginning */
export function grown<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(
  old: ArrayLike<number>,
  more: T,
): T {
  for (let i = 0; i < old.length; i++) more[i] = old[i]!;
  return more;
}
