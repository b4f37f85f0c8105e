// Runs programs, plain and traced in turn, so that a machine whose speed drifts does not favour either, and on one core where
// there is `taskset`.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROGRAMS } from "./programs.mjs";
import { WHOLE_PROGRAMS } from "./project.mjs";
import { ownVariants } from "./variants.mjs";

const isPinned = spawnSync("taskset", ["-c", "0", "true"]).status === 0;
const SAMPLED_EVERY_MS = 20;

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** @param folder - for the programs, their traces and a cache of their own */
export function createMeasure(folder) {
  const cache = join(folder, "cache");
  // What has Node do more at every start (read 140 certificates: 40 ms) is not ours: the command starts it twice.
  const { NODE_OPTIONS, NODE_EXTRA_CA_CERTS, ...rest } = process.env;
  const env = { ...rest, FLOWTRACE_CACHE_DIR: cache, FLOWTRACE_FOLD_AFTER: "0" };
  const own = ownVariants(folder);

  function command(args) {
    return isPinned ? ["taskset", "-c", "1", process.execPath, ...args] : [process.execPath, ...args];
  }

  /** @returns what the program has printed of itself, and the command's wall time and time after the program's end, in ms */
  function run(args) {
    const started = process.hrtime.bigint();
    const [file, ...given] = command(args);
    const stdout = execFileSync(file, given, {
      env,
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 30,
    });
    const wall = Number(process.hrtime.bigint() - started) / 1e6;
    // A peer writes to stdout as well.
    const printed = JSON.parse(stdout.match(/\{"ms":[^}]*\}/)[0]);
    return { ...printed, wall, after: Date.now() - printed.ended };
  }

  /** Writes a program out; returns its file. */
  function program(name) {
    const file = join(folder, `${name.replace(/\W+/g, "-")}.js`);
    writeFileSync(file, PROGRAMS[name] ?? WHOLE_PROGRAMS[name](folder));
    return file;
  }

  return {
    own,
    run,
    program,

    /** Runs of a program by variant, in turn. */
    compare(name, variants, runs) {
      const file = program(name);
      const all = Object.fromEntries(Object.keys(variants).map((variant) => [variant, []]));
      for (let i = 0; i < runs; i++) {
        for (const [variant, args] of Object.entries(variants)) {
          if (name.endsWith("cold")) rmSync(cache, { recursive: true, force: true });
          all[variant].push(run(args(file)));
        }
      }
      return all;
    },

    /** Bytes of journal that a run of a program writes. */
    journalBytes(name) {
      const [flowtrace, ...args] = own.flowtrace(program(name));
      run([flowtrace, "--keep-journal", ...args]);
      const journals = join(folder, "t.json.run");
      const bytes = readdirSync(journals).reduce((sum, name) => sum + statSync(join(journals, name)).size, 0);
      rmSync(journals, { recursive: true });
      return bytes;
    },

    /** Peak memory of the command that follows a run, in bytes: of the process that `/proc` tells of while it lives. */
    async commandMemory(name) {
      const child = spawn(process.execPath, own.flowtrace(program(name)), {
        env,
        cwd: folder,
        stdio: "ignore",
      });
      let peak = 0;
      const sampling = setInterval(() => {
        try {
          const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
          peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)[1]) * 1024);
        } catch {
          // it has ended
        }
      }, SAMPLED_EVERY_MS);
      await new Promise((resolve) => child.once("exit", resolve));
      clearInterval(sampling);
      return peak;
    },
  };
}
