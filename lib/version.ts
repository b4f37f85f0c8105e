import fs from "node:fs";
import { join } from "node:path";
import { OWN_FOLDER } from "./own-folder.js";

// Taken before the program can replace it.
const { readFileSync } = fs;

/** This release, as package.json says. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(join(OWN_FOLDER, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
