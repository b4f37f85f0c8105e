// How a program is run: plain, with FlowTrace, with its peers.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const flowtrace = join(root, "bin/flowtrace.js");

/** @returns by name, the arguments of node for a program's file */
export function ownVariants(folder) {
  const traced =
    (...options) =>
    (file) => [flowtrace, ...options, "-o", join(folder, "t.json"), "-s", file];
  return {
    plain: (file) => [file],
    flowtrace: traced(),
    "no values": traced("--skip-inputs", "--skip-outputs"),
    "with memory": traced("--with-memory"),
    excluded: traced("--exclude", "*.js"),
    "all files": traced("--trace-any"),
  };
}

/** Installs the peers into a folder of their own, for this run, and says how they are started. */
export function peerVariants(folder) {
  const peers = join(folder, "peers");
  if (!existsSync(peers)) {
    mkdirSync(peers);
    execFileSync("npm", ["i", "--no-save", "--prefix", peers, "appmap-node@2", "njstrace@1"], {
      stdio: "ignore",
    });
    writeFileSync(
      join(folder, "njstrace.js"),
      `require(${JSON.stringify(join(peers, "node_modules/njstrace"))}).inject({ files: ["**/*.js"], formatter: { stdout: false, file: ${JSON.stringify(join(folder, "njstrace.json"))} } });`,
    );
  }
  return {
    "appmap-node": (file) => [join(peers, "node_modules/appmap-node/bin/appmap-node.js"), file],
    njstrace: (file) => ["--require", join(folder, "njstrace.js"), file],
    "--cpu-prof": (file) => ["--cpu-prof", "--cpu-prof-dir", folder, file],
  };
}
