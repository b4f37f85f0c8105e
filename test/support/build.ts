import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The end-to-end tests use what is published: dist/ must be there. `npm test` has just built it. */
export default function setup(): void {
  const root = join(__dirname, "..", "..");
  if (!existsSync(join(root, "dist", "preload.js"))) {
    execFileSync(process.execPath, [join(root, "scripts", "build.mjs")], { stdio: "inherit" });
  }
}
