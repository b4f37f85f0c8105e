/** `1,234,567`. The first `toLocaleString` of a process takes 30 ms, most of what a short run waits for. */
export function grouped(n: number): string {
  return `${n}`.replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 call`, `1,234 calls`. */
export function counted(n: number, one: string): string {
  return `${grouped(n)} ${one}${n === 1 ? "" : "s"}`;
}
