import { existsSync } from "node:fs";
import { readManifest } from "../collect/manifest.js";
import { shownPath, typed } from "./report.js";
import { isAlive } from "./standby-folder.js";
import { t } from "./text.js";

/** What is to be said of a run into the same file whose `flowtrace` process was killed: its calls wait to be recovered. */
export function unfinishedRun(output: string): string | undefined {
  const runDir = `${output}.run`;
  if (!existsSync(runDir)) return undefined;
  const follower = followerOf(runDir);
  if (follower === undefined || isAlive(follower)) return undefined;
  const elsewhere = output.replace(/(?=\.json(?:\.gz)?$|$)/, "-recovered");
  const command = typed("flowtrace-recover", shownPath(runDir), "-o", shownPath(elsewhere));
  return t("run.killed-before", { run: shownPath(runDir), command });
}

function followerOf(runDir: string): number | undefined {
  try {
    return readManifest(runDir).follower;
  } catch {
    return undefined; // another's folder
  }
}
