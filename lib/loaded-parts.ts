let hasMore = false;

/** To be called by a part of the bundle that few runs load, when it is. */
export function loadedPart(): void {
  hasMore = true;
}

/** Whether this run has loaded more than most: see boot.ts. */
export const hasLoadedParts = (): boolean => hasMore;
