import fs from "node:fs";
import type { SourceMap } from "../probe.js";
import { recording } from "./recording.js";

// Taken before the program can replace it.
const { readFileSync } = fs;

/** What is used of vite's plugin interface: https://vite.dev/guide/api-plugin */
export interface FlowTracePlugin {
  name: string;
  enforce?: "post";
  configResolved?(config: { test?: { pool?: string; browser?: { enabled?: boolean } } }): void;
  transform?(
    this: { getCombinedSourcemap?(): SourceMap },
    code: string,
    id: string,
  ): { code: string; map: SourceMap } | undefined;
}

/**
 * A plugin for vitest, which compiles the program's modules itself: they are recorded in the trace of
 * `flowtrace -- vitest run`. Without a recording, and for anything but vitest, it does nothing.
 *
 * ```js
 * import { flowtrace } from "flowtrace-cli/vite";
 * export default defineConfig({ plugins: [flowtrace()] });
 * ```
 */
export function flowtrace(): FlowTracePlugin {
  if (recording === undefined || process.env.VITEST === undefined) return { name: "flowtrace" };
  const rewrite = recording.rewriteForChildren;
  if (rewrite === undefined) {
    say(
      "tests are recorded with their calls only by `flowtrace -- vitest run`, as each process has a trace of its own here",
    );
    return { name: "flowtrace" };
  }
  let runsElsewhere = false;
  return {
    name: "flowtrace",
    // What other plugins make of a file is what runs.
    enforce: "post",
    configResolved({ test }) {
      // Neither a browser nor a context of `vm` has our recorder.
      runsElsewhere = test?.browser?.enabled === true || test?.pool?.startsWith("vm") === true;
      if (runsElsewhere) say("only tests in the pools `forks` and `threads` are recorded with their calls");
    },
    transform(code, id) {
      const [path = ""] = id.split("?");
      if (runsElsewhere || path.startsWith("\0") || (!path.startsWith("/") && !/^[A-Za-z]:/.test(path)))
        return undefined;
      const original = textOf(path);
      const map = code === original ? undefined : this.getCombinedSourcemap?.();
      const rewritten = rewrite({ code, map }, path, "module", original);
      return rewritten && { code: rewritten.code, map: rewritten.map() };
    },
  };
}

function say(message: string): void {
  process.stderr.write(`[FlowTrace] flowtrace-cli/vite: ${message}\n`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // a plugin has made it up
  }
}
