/** A larger array with the contents of the old one. */
export function enlarged<T extends { set(from: T): void }>(larger: T, old: T): T {
  larger.set(old);
  return larger;
}
