import picomatch from "picomatch";

/** Whether a path, with slashes, matches a glob; dots are as other characters. */
export function globMatcher(glob: string): (path: string) => boolean {
  return picomatch(glob, { dot: true });
}
