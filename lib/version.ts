import fs from "node:fs";
import { join } from "node:path";
import { OWN_FOLDER } from "./own-folder.js";

// Taken before the program can replace it.
const { readFileSync } = fs;

/** As package.json said when what a run starts with was built: reading it there takes 1 M instructions. */
declare const VERSION: string | undefined;

/** This release, as package.json says. */
export function version(): string {
  if (typeof VERSION === "string") return VERSION;
  const manifest = JSON.parse(readFileSync(join(OWN_FOLDER, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
