/** Storage may be forbidden to pages from disk. */
export function remembered(key: string): string | undefined {
  try {
    return localStorage.getItem(`flowtrace.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`flowtrace.${key}`, value);
  } catch {
    // then it is asked for again
  }
}
