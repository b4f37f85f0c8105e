import { hasSyncHooks, hookLoading } from "./load-hook.js";
import { hookReads } from "./read-hook.js";
import type { Transform } from "./transform.js";

/**
 * Has every module of the program go through `transform`, by the means that this version of Node has.
 *
 * @param followThreadHooks - called where Node can load modules in another thread, at the program's wish; returns what
 *   has it load TypeScript there
 */
export function installHooks(
  transform: Transform,
  isTraced: (path: string) => boolean,
  followThreadHooks: () => () => void,
): void {
  if (hasSyncHooks) {
    hookLoading(transform, isTraced);
    return;
  }
  hookReads(transform, isTraced, followThreadHooks());
}
