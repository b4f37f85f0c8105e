// Runs test262 through a transparency harness: every scenario plain and rewritten, and no difference is allowed.
//   HARNESS=<folder with run.mjs> TEST262=<clone of tc39/test262> node scripts/test262.mjs [options of the harness]
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { HARNESS, TEST262 } = process.env;
if (HARNESS === undefined || TEST262 === undefined) {
  console.error("Set HARNESS to the folder that holds run.mjs, and TEST262 to a clone of tc39/test262.");
  process.exit(2);
}

const builtIns = ["Array", "Function", "Object", "Promise", "Proxy", "Reflect", "RegExp"];
const RUNS = {
  language: ["test/language"],
  extra: ["test/annexB", ...builtIns.map((name) => `test/built-ins/${name}`)],
};

let failed = false;
for (const [name, folders] of Object.entries(RUNS)) {
  const { status } = spawnSync(
    process.execPath,
    [
      join(HARNESS, "run.mjs"),
      "--test262",
      TEST262,
      "--adapter",
      join(root, "test", "test262-adapter.mjs"),
      "--baseline",
      join(HARNESS, "out", `baseline-${name}.json`),
      "--out",
      join(HARNESS, "out", `flowtrace-${name}.json`),
      ...process.argv.slice(2),
      ...folders,
    ],
    { stdio: "inherit" },
  );
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
