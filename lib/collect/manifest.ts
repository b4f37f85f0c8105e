import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FlowTraceError } from "../errors.js";
import type { RunFacts } from "./assemble.js";

/** What is known of a run when it starts, kept beside its journals: enough to rebuild the trace without us. */
export type RunManifest = Pick<
  RunFacts,
  "tool" | "script" | "argv" | "cwd" | "root" | "options" | "startedUnixMs"
> & {
  /** Where the trace goes that the process writes itself when it ends; unset when `flowtrace` does. */
  ownOutput?: string;
  /** The process that is to write the trace; gone from here once it has. */
  follower?: number;
};

const NAME = "run.json";

export function writeManifest(runDir: string, manifest: RunManifest): void {
  // By functions that a run asks for anyway: Node compiles each when it is first called.
  const file = openSync(join(runDir, NAME), "w", 0o600);
  try {
    const bytes = Buffer.from(JSON.stringify(manifest));
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
  } finally {
    closeSync(file);
  }
}

/** @throws FlowTraceError FT_JOURNAL_INVALID when the folder is not one of a run */
export function readManifest(runDir: string): RunManifest {
  const path = join(runDir, NAME);
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isManifest(content)) return content;
    throw new Error("it lacks the run's facts");
  } catch (error) {
    throw new FlowTraceError(
      "FT_JOURNAL_INVALID",
      `${path} cannot be read: ${(error as Error).message}. Give the folder <output>.run that a recording left behind.`,
      {
        cause: error,
        spanish: `${path} no se puede leer: ${(error as Error).message}. Da la carpeta <output>.run que dejó una grabación.`,
      },
    );
  }
}

function isManifest(content: unknown): content is RunManifest {
  if (typeof content !== "object" || content === null) return false;
  const { script, root, startedUnixMs, argv } = content as Partial<Record<keyof RunManifest, unknown>>;
  return (
    typeof script === "string" &&
    typeof root === "string" &&
    typeof startedUnixMs === "number" &&
    Array.isArray(argv)
  );
}
