import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { clockOrigin, monotonicMs } from "../clock.js";
import { FlowTraceError } from "../errors.js";
import { asUnwritable } from "../files/output-file.js";
import { checkOutput } from "../files/write-trace.js";
import { OWN_FOLDER } from "../own-folder.js";
import {
  nodeOptionsWith,
  RUN_VARIABLE,
  type RunOptions,
  type RunSettings,
  STACK_SIZE_OPTION,
} from "../settings.js";
import type { Value } from "../trace/format.js";
import { cacheFolder, pruneCache } from "./cache-folder.js";
import type { RecordedRun } from "./follow.js";
import { type Ended, launch } from "./launch.js";
import { type RunManifest, writeManifest } from "./manifest.js";
import { makeRunDir, projectRoot } from "./run-folder.js";

/** What to run, and how to record it. */
export interface RecordRequest {
  command: string;
  args: string[];
  /** `command` and `args` as the trace may show them. */
  shownCommand: string[];
  /** Absolute path of the script, or the command's name. */
  script: string;
  isScript: boolean;
  /** Absolute path of the trace. */
  output: string;
  tool: string;
  /** Run the program as it is. */
  off: boolean;
  keepJournal: boolean;
  /** Called about once a second with a line on how it goes. */
  verbose: ((line: string) => void) | undefined;
  /** Called when the target has ended, with the bytes of journal that the trace is now made of. */
  ended: (journalBytes: number) => void;
  settings: RunOptions;
}

/**
 * Runs the target with the recorder in it, keeps the trace file current meanwhile, and writes the finished trace when
 * the target has ended, however it ended.
 *
 * @returns `recorded` is undefined when nothing was to be recorded
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE before the target starts, FT_TARGET_MISSING when it cannot be started
 */
export async function record(
  request: RecordRequest,
): Promise<{ ended: Ended; recorded: RecordedRun | undefined }> {
  const { output, settings, command, args } = request;
  if (request.off) return { ended: await launch(command, args, process.env), recorded: undefined };
  const runDir = prepareOutput(output);
  const root = projectRoot(request.isScript ? dirname(request.script) : process.cwd());
  const origin = clockOrigin();
  const run: RunSettings = { ...settings, runDir, root, cacheDir: cacheFolder(root), clockOrigin: origin };
  const manifest: RunManifest = {
    tool: request.tool,
    script: request.script,
    argv: request.shownCommand,
    cwd: process.cwd(),
    root,
    options: { ...settings, tokenKey: null } as unknown as Record<string, Value>,
    startedUnixMs: origin + monotonicMs(),
  };
  writeManifest(runDir, { ...manifest, follower: process.pid });
  const launched = start(request, run);
  // The target is on its way: what follows it is loaded meanwhile.
  const { Follower } = require("./follow.js") as typeof import("./follow.js");
  const follower = new Follower(manifest, runDir, output, settings.memory !== "off", origin);
  follower.start(request.verbose);
  try {
    const ended = await launched;
    const recorded = await follower.finish(ended, request.keepJournal, request.ended);
    pruneCache(run.cacheDir);
    return { ended, recorded };
  } catch (error) {
    follower.stop();
    // Nothing ran: there is nothing to recover.
    if (isMissing(error)) rmSync(runDir, { recursive: true, force: true });
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof FlowTraceError && error.code === "FT_TARGET_MISSING";
}

function start(request: RecordRequest, run: RunSettings): Promise<Ended> {
  const { command, args } = request;
  const preload = join(OWN_FOLDER, "preload.js");
  const env = { ...process.env, [RUN_VARIABLE]: JSON.stringify(run) };
  if (request.isScript) return launch(command, [STACK_SIZE_OPTION, "--require", preload, ...args], env);
  return launch(command, args, { ...env, NODE_OPTIONS: nodeOptionsWith(preload, process.env.NODE_OPTIONS) });
}

/** Makes sure, before anything runs, that the trace can be written; returns a fresh run folder. */
function prepareOutput(output: string): string {
  try {
    checkOutput(output);
    return makeRunDir(output);
  } catch (error) {
    throw asUnwritable(output, error);
  }
}
