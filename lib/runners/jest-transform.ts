import { subscribe } from "node:diagnostics_channel";
import { PROBE, type SourceMap } from "../probe.js";
import { recording } from "./recording.js";

/** What is used of jest's transformers: https://jestjs.io/docs/code-transformation */
interface Transformer {
  canInstrument?: boolean;
  process?(source: string, path: string, options: TransformOptions): Transformed;
  processAsync?(source: string, path: string, options: TransformOptions): Promise<Transformed>;
  getCacheKey?(source: string, path: string, options: TransformOptions): string;
  createTransformer?(options: object): Transformer | Promise<Transformer>;
}
interface TransformOptions {
  transformerConfig?: unknown;
  supportsStaticESM?: boolean;
}
interface Transformed {
  code: string;
  map?: SourceMap | string | null;
}

interface JestTransformOptions {
  path?: string;
  options?: object;
}

/** Tests run in a context of their own, which reaches the recorder by this: see jest-setup.ts. */
if (recording !== undefined)
  subscribe(PROBE, (message) => {
    (message as { probe?: unknown }).probe = recording;
  });

/**
 * A transformer of jest's that has another one compile, and rewrites what that has made.
 *
 * @param config - which one, and its options; none for what is run as it stands
 */
async function createTransformer({ path, options = {} }: JestTransformOptions): Promise<Transformer> {
  if (path === undefined)
    return { process: (source, file, given) => rewritten({ code: source }, source, file, given) };
  const loaded = (await import(path)) as { default?: Transformer } & Transformer;
  const exported =
    (loaded.default as { default?: Transformer } | undefined)?.default ?? loaded.default ?? loaded;
  const inner = (await exported.createTransformer?.(options)) ?? exported;
  const theirs = (given: TransformOptions): TransformOptions => ({ ...given, transformerConfig: options });
  return {
    ...(inner.canInstrument === undefined ? {} : { canInstrument: inner.canInstrument }),
    ...(inner.process === undefined
      ? {}
      : {
          process: (source, file, given) =>
            rewritten(inner.process!(source, file, theirs(given)), source, file, given),
        }),
    ...(inner.processAsync === undefined
      ? {}
      : {
          processAsync: async (source, file, given) =>
            rewritten(await inner.processAsync!(source, file, theirs(given)), source, file, given),
        }),
  };
}

export default { createTransformer };

function rewritten(
  { code, map }: Transformed,
  source: string,
  path: string,
  { supportsStaticESM }: TransformOptions,
): Transformed {
  const kind = supportsStaticESM === true && /^\s*(?:import|export)\b/m.test(code) ? "module" : "commonjs";
  const known = typeof map === "string" ? (JSON.parse(map) as SourceMap) : (map ?? undefined);
  const made = recording?.rewriteHere({ code, map: known }, path, kind, source);
  if (made !== undefined) return { code: made.code, map: made.wholeMap() };
  return map === undefined ? { code } : { code, map };
}
