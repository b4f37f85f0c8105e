/** `$F00012$`: as long as the number that replaces it, so that columns stay. A file that holds one is left alone. */
export const PLACEHOLDER = /\$([FS])([0-9a-f]{5})\$/g;
export const MOST_NUMBERS = 1 << 20;

/** Puts a process's numbers in the place of a rewritten file's own. */
export function bind(code: string, functionBase: number, siteBase: number): string {
  return code.replace(PLACEHOLDER, (_, kind: string, local: string) => {
    const number = Number.parseInt(local, 16) + (kind === "F" ? functionBase : siteBase);
    return `0x${(0x1000000 + number).toString(16).slice(1)}`;
  });
}
