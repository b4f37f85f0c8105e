import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { FlowTraceError } from "../errors.js";
import { writeTraceFile, writeTraceFileSync } from "../files/write-trace.js";
import { RUN_VARIABLE, type RunSettings } from "../settings.js";
import type { Trace } from "../trace/columns.js";
import type { Value } from "../trace/format.js";
import { assemble, type RunFacts } from "./assemble.js";
import { Journals } from "./journals.js";
import { type Ended, launch } from "./launch.js";
import { type RunManifest, writeManifest } from "./manifest.js";
import { SnapshotPace } from "./snapshots.js";
import { UsageSampler } from "./usage.js";

/** What to run, and how to record it. */
export interface RecordRequest {
  command: string;
  args: string[];
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
  settings: Omit<RunSettings, "runDir" | "root" | "cacheDir">;
}

export interface RecordedRun {
  trace: Trace;
  output: string;
  /** Size of the trace file. */
  bytes: number;
  elapsedMs: number;
  ended: Ended;
}

const POLL_MS = 100;
const USAGE_MS = 500;
/** Plain Node's default is 984 kB; a rewritten function's frame is about twice as large, and the usual limit 8 MB. */
const STACK_SIZE_KB = 2000;

/**
 * Runs the target with the recorder in it, keeps the trace file current meanwhile, and writes the finished trace when
 * the target has ended, however it ended.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE before the target starts
 */
export async function record(request: RecordRequest): Promise<RecordedRun> {
  const { output, settings } = request;
  const runDir = prepareOutput(output);
  const root = projectRoot(request.isScript ? dirname(request.script) : process.cwd());
  const run: RunSettings = { ...settings, runDir, root, cacheDir: cacheFolder(root) };
  const startedUnixMs = performance.timeOrigin + performance.now();
  const journals = new Journals(runDir);
  const manifest: RunManifest = {
    tool: request.tool,
    script: request.script,
    argv: [request.command, ...request.args],
    cwd: process.cwd(),
    root,
    options: { ...settings, tokenKey: null } as unknown as Record<string, Value>,
    startedUnixMs,
  };
  writeManifest(runDir, manifest);
  const facts = (): RunFacts => ({
    ...manifest,
    endedUnixMs: performance.timeOrigin + performance.now(),
    finished: false,
    exitCode: null,
    signal: null,
    usage: sampler.samples,
    warnings: [],
  });
  const pids = (): number[] =>
    [...new Set(journals.all.map(({ log }) => log.journal?.pid ?? 0))].filter((pid) => pid > 0);
  const sampler = new UsageSampler(pids, startedUnixMs, USAGE_MS);
  if (settings.memory !== "off") sampler.start();

  const launched = start(request, run);
  const pace = new SnapshotPace(startedUnixMs);
  let lastBeat = startedUnixMs;
  const timer = setInterval(() => {
    journals.poll();
    const now = performance.timeOrigin + performance.now();
    if (pace.isDue(now, journals.bytes)) {
      const before = performance.now();
      writeTraceFileSync(assemble(facts(), journals.all), output);
      pace.wrote(performance.now() - before, journals.bytes);
    }
    if (request.verbose !== undefined && now - lastBeat >= 1000) {
      lastBeat = now;
      request.verbose(`${journals.calls} calls, ${journals.bytes} bytes of journal`);
    }
  }, POLL_MS);

  const ended = await launched.ended;
  clearInterval(timer);
  sampler.stop();
  journals.poll(true);
  const endedUnixMs = performance.timeOrigin + performance.now();
  const trace = assemble({ ...facts(), endedUnixMs, finished: true, ...ended }, journals.all);
  await writeTraceFile(trace, output);
  journals.close();
  if (!request.keepJournal) rmSync(runDir, { recursive: true, force: true });
  return { trace, output, bytes: statSync(output).size, elapsedMs: endedUnixMs - startedUnixMs, ended };
}

function start(request: RecordRequest, run: RunSettings): ReturnType<typeof launch> {
  const { command, args } = request;
  if (request.off) return launch(command, args, process.env);
  const preload = join(__dirname, "..", "preload.js");
  const env = { ...process.env, [RUN_VARIABLE]: JSON.stringify(run) };
  if (request.isScript)
    return launch(command, [`--stack-size=${STACK_SIZE_KB}`, "--require", preload, ...args], env);
  const nodeOptions = `${process.env.NODE_OPTIONS ?? ""} --require ${JSON.stringify(preload)}`.trim();
  return launch(command, args, { ...env, NODE_OPTIONS: nodeOptions });
}

/** Makes sure, before anything runs, that the trace can be written; returns a fresh run folder. */
function prepareOutput(output: string): string {
  try {
    mkdirSync(dirname(output), { recursive: true });
    if (existsSync(output) && statSync(output).isDirectory()) throw new Error("it is a directory");
    writeFileSync(output, "", { flag: "a", mode: 0o600 });
    return makeRunDir(output);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FlowTraceError(
      "FT_OUTPUT_UNWRITABLE",
      `${output} cannot be written: ${reason}. Choose another place with -o <file>.`,
      { cause: error },
    );
  }
}

/** `<output>.run`; another name when that is taken, by a run that goes on or by one that can still be recovered. */
function makeRunDir(output: string): string {
  for (let n = 1; ; n++) {
    const runDir = n === 1 ? `${output}.run` : `${output}.${n}.run`;
    try {
      mkdirSync(runDir, { mode: 0o700 });
      return runDir;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || n > 1000) throw error;
    }
  }
}

/** Where the project keeps such things, else a folder of the user's own. */
function cacheFolder(root: string): string {
  const { FLOWTRACE_CACHE_DIR } = process.env;
  if (FLOWTRACE_CACHE_DIR !== undefined) return FLOWTRACE_CACHE_DIR;
  const modules = join(root, "node_modules");
  try {
    accessSync(modules, constants.W_OK);
    return join(modules, ".cache", "flowtrace");
  } catch {
    return join(tmpdir(), `flowtrace-cache-${userInfo().username}`);
  }
}

/** The folder of the nearest package.json from `from` upwards, else `from`. */
function projectRoot(from: string): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, "package.json"))) return dir;
    if (dirname(dir) === dir) return from;
  }
}
