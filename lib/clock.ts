const { hrtime } = process;

/**
 * Milliseconds with fraction, from any point in time on. As `performance.now` is, but compiled into its callers with less
 * to check, and without loading a module.
 */
export function monotonicMs(): number {
  const time = hrtime();
  return time[0] * 1e3 + time[1] * 1e-6;
}

/**
 * When {@link monotonicMs} was 0, as Unix time in ms: the same in all processes of a machine, and measured once for those of a
 * run. To the millisecond: `performance`, which knows it better, takes one to load.
 */
export function clockOrigin(): number {
  return Date.now() - monotonicMs();
}
