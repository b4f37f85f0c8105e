/** Round numbers to write at an axis: about one every hundred pixels. */
export function ticks(from: number, to: number, width: number): number[] {
  const rough = (to - from) / Math.max(1, width / 100);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const list: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) list.push(i * step);
  return list;
}
