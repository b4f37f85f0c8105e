import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, resolve, sep } from "node:path";
import { clockOrigin, monotonicMs } from "../clock.js";
import { cacheFolder } from "../collect/cache-folder.js";
import { writeManifest } from "../collect/manifest.js";
import { makeRunDir, projectRoot } from "../collect/run-folder.js";
import { OWN_FOLDER } from "../own-folder.js";
import type { RunSettings } from "../settings.js";
import type { Value } from "../trace/format.js";
import { version } from "../version.js";
import { configure } from "./config.js";
import { typed } from "./report.js";
import { settingsOf } from "./run-settings.js";
import { isAlive, makeStandbyFolder } from "./standby-folder.js";
import { t } from "./text.js";

/**
 * What a process does that has loaded the hook by itself. With `FLOWTRACE_AUTOTRACE=1` it records all it does, into a file of
 * its own in `FLOWTRACE_OUT_DIR`; without the variable, what `startTrace` and `recordTrace` of the library ask for. The options
 * are taken from `FLOWTRACE_*` variables and the configuration file.
 *
 * @returns undefined when it is not to record
 * @throws FlowTraceError FT_USAGE for an option's value that makes no sense
 */
export function autotraceSettings(
  env: NodeJS.ProcessEnv,
  say: (message: string) => void,
): RunSettings | undefined {
  const isStandby = env.FLOWTRACE_AUTOTRACE === undefined;
  if ((!isStandby && env.FLOWTRACE_AUTOTRACE !== "1") || env.FLOWTRACE === "0") return undefined;
  const script = process.argv[1] === undefined ? "" : resolve(process.argv[1]);
  const real = existsSync(script) ? realpathSync(script) : script;
  if (real.startsWith(join(dirname(OWN_FOLDER), sep))) return undefined; // one of our own commands
  const split = {
    ours: new Map(),
    warnings: [],
    help: false,
    version: false,
    script: undefined,
    command: undefined,
    scriptArguments: [],
  };
  const settings = settingsOf(configure(split, env, process.cwd()));
  // A runner lies in a package of its own, and is to run the project.
  const isRunner = real.includes(`${sep}node_modules${sep}`);
  const root = projectRoot(script === "" || isRunner ? process.cwd() : dirname(real));
  const output = isStandby ? undefined : outputFile(env, script, say);
  const runDir = output === undefined ? makeStandbyFolder(tmpdir()) : makeRunDir(output);
  const origin = clockOrigin();
  writeManifest(runDir, {
    tool: version(),
    script: real || process.execPath,
    argv: [process.execPath, ...process.argv.slice(1)],
    cwd: process.cwd(),
    root,
    options: { ...settings, tokenKey: null } as unknown as Record<string, Value>,
    startedUnixMs: origin + monotonicMs(),
    ...(output === undefined ? {} : { ownOutput: output }),
  });
  const own = output === undefined ? { standby: true } : { ownOutput: output };
  return { ...settings, runDir, root, cacheDir: cacheFolder(root), clockOrigin: origin, ...own };
}

function outputFile(env: NodeJS.ProcessEnv, script: string, say: (message: string) => void): string {
  const folder = resolve(env.FLOWTRACE_OUT_DIR || "flowtrace-out");
  mkdirSync(folder, { recursive: true });
  tellOfKilled(folder, say);
  return join(folder, `${basename(script, extname(script)) || "node"}-${process.pid}.json`);
}

/** A process that was killed has left its journals: the next one says so. */
function tellOfKilled(folder: string, say: (message: string) => void): void {
  const left = readdirSync(folder).filter((name) => {
    const pid = /-(\d+)\.json(?:\.\d+)?\.run$/.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  if (left.length === 0) return;
  const others = left.length === 1 ? "" : t("run.killed-more", { count: left.length - 1 });
  const command = typed("flowtrace-recover", join(folder, left[0]!));
  say(t("run.killed-process", { command }) + others);
}
