import type { SourceMap } from "node:module";
import { wholeModule } from "../node-module.js";
import type { MAP_COMMENT } from "../probe.js";
import { standIn } from "../stand-in.js";

type FindSourceMap = (file: string) => SourceMap | undefined;

let native: FindSourceMap | undefined;

/** Node's own, whatever the program finds: see {@link hideEmptyMaps}, or what has not been replaced yet. */
export function findSourceMap(file: string): SourceMap | undefined {
  native ??= wholeModule().findSourceMap;
  return native(file);
}

/** Whether Node has a map of the file that says anything: not that of {@link MAP_COMMENT}. */
export function hasMap(file: string): boolean {
  const map = findSourceMap(file);
  return map !== undefined && map.payload.mappings !== "";
}

/** Nobody is to find a map where the program has none: not the program, nor what Node makes of failed assertions. */
export function hideEmptyMaps(): void {
  const modules = wholeModule() as unknown as { findSourceMap: FindSourceMap; SourceMap: typeof SourceMap };
  const { findSourceMap: find } = modules;
  native = find;
  const isEmpty = (map: SourceMap | undefined): boolean => map?.payload.mappings === "";
  const { prototype } = modules.SourceMap;
  const { findEntry } = prototype;
  const ours = {
    findSourceMap(this: unknown, ...args: Parameters<FindSourceMap>): SourceMap | undefined {
      const map = Reflect.apply(find, this, args);
      return isEmpty(map) ? undefined : map;
    },
    findEntry(this: SourceMap, ...args: [line: number, column: number]): object {
      const entry = Reflect.apply(findEntry, this, args);
      // Node looks the source up by its name, which has to be one.
      return "originalSource" in entry || !isEmpty(this) ? entry : { originalSource: "" };
    },
  };
  modules.findSourceMap = standIn(find, ours.findSourceMap);
  Object.defineProperty(prototype, "findEntry", {
    ...Object.getOwnPropertyDescriptor(prototype, "findEntry"),
    value: standIn(findEntry, ours.findEntry),
  });
}

let mapsForUs = false;

/** Whether Node maps stacks now: by its flag, or because the program has asked for it since. */
export function usesSourceMaps(): boolean {
  return !mapsForUs && (process as { sourceMapsEnabled?: boolean }).sourceMapsEnabled === true;
}

/** Has Node load source maps, for {@link usesSourceMaps} not to say so. */
export function enableMapsForUs(): void {
  if (usesSourceMaps()) return;
  mapsForUs = true;
  const { setSourceMapsSupport } = wholeModule() as unknown as {
    setSourceMapsSupport?(enabled: boolean, options: { nodeModules: boolean }): void;
  };
  if (setSourceMapsSupport !== undefined) setSourceMapsSupport(true, { nodeModules: true });
  else process.setSourceMapsEnabled(true);
}
