import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as FlowTrace from "../../lib/index.js";
import { ROOT } from "../support/run.js";

const PACKAGES = {
  "@eslint/js": "9.39.5",
  autocannon: "8.0.0",
  eslint: "9.39.5",
  express: "5.3.0",
  fastify: "5.12.8",
  marked: "18.2.1",
  mocha: "12.0.3",
  prettier: "3.10.1",
  rxjs: "7.8.2",
  tsx: "4.23.15",
  typescript: "5.9.3",
  vite: "8.3.8",
};

export interface Installed {
  /** With node_modules in it, of which flowtrace-cli is one, out of the packed tarball. */
  folder: string;
  flowtrace: typeof FlowTrace;
}

/** The packages from the registry, which stay for the next time, and this one as it would be published. */
export function install(): Installed {
  const folder = join(tmpdir(), "flowtrace-real-programs");
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES });
  const path = join(folder, "package.json");
  const npm = (...args: string[]) =>
    execFileSync("npm", [...args, "--no-audit", "--no-fund"], { cwd: folder });
  if (!existsSync(join(folder, "node_modules")) || readFileSync(path, "utf8") !== manifest) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, manifest);
    npm("install", "--no-package-lock");
  }
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: ROOT });
  npm("install", "--no-save", "--no-package-lock", "./flowtrace-cli-0.1.0.tgz");
  const require = createRequire(path);
  return { folder, flowtrace: require("flowtrace-cli") as typeof FlowTrace };
}
