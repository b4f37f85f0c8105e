/** Durations, sizes and counts as people read them; the locale decides on separators. */

export function duration(ms: number, locale: string): string {
  if (Number.isNaN(ms)) return "…";
  const [value, unit] =
    ms >= 60_000
      ? [ms / 60_000, "min"]
      : ms >= 1000
        ? [ms / 1000, "s"]
        : ms >= 1
          ? [ms, "ms"]
          : ms >= 0.001
            ? [ms * 1000, "µs"]
            : [ms * 1e6, "ns"];
  return `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(value)} ${unit}`;
}

export function count(n: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(n);
}

export function bytes(n: number, locale: string): string {
  const units = ["B", "kB", "MB", "GB"];
  let i = 0;
  let value = n;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1000;
    i++;
  }
  return `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(value)} ${units[i]}`;
}
