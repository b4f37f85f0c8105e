import Module from "node:module";
import type { MAP_COMMENT } from "../probe.js";
import { standIn } from "../stand-in.js";

/** Node's own, whatever the program finds. */
export const { findSourceMap } = Module;

/** Whether Node has a map of the file that says anything: not that of {@link MAP_COMMENT}. */
export function hasMap(file: string): boolean {
  const map = findSourceMap(file);
  return map !== undefined && map.payload.mappings !== "";
}

/** Nobody is to find a map where the program has none: not the program, nor what Node makes of failed assertions. */
export function hideEmptyMaps(): void {
  const isEmpty = (map: Module.SourceMap | undefined): boolean => map?.payload.mappings === "";
  const { prototype } = Module.SourceMap;
  const { findEntry } = prototype;
  const ours = {
    findSourceMap(this: unknown, ...args: Parameters<typeof findSourceMap>): Module.SourceMap | undefined {
      const map = Reflect.apply(findSourceMap, this, args);
      return isEmpty(map) ? undefined : map;
    },
    findEntry(this: Module.SourceMap, ...args: [line: number, column: number]): object {
      const entry = Reflect.apply(findEntry, this, args);
      // Node looks the source up by its name, which has to be one.
      return "originalSource" in entry || !isEmpty(this) ? entry : { originalSource: "" };
    },
  };
  const modules = Module as unknown as { findSourceMap: typeof ours.findSourceMap };
  modules.findSourceMap = standIn(findSourceMap, ours.findSourceMap);
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
  const { setSourceMapsSupport } = Module as unknown as {
    setSourceMapsSupport?(enabled: boolean, options: { nodeModules: boolean }): void;
  };
  if (setSourceMapsSupport !== undefined) setSourceMapsSupport(true, { nodeModules: true });
  else process.setSourceMapsEnabled(true);
}
