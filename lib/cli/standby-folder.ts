import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder for the journals of a process that keeps none. Those that killed processes have left there are removed.
 *
 * @param parent - for temporary files
 */
export function makeStandbyFolder(parent: string): string {
  const named = `flowtrace-standby-${pidNamespace()}-`;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(named)) continue;
    const pid = Number(name.slice(named.length).split("-")[0]);
    if (Number.isInteger(pid) && pid > 0 && !isAlive(pid)) remove(join(parent, name));
  }
  return mkdtempSync(join(parent, `${named}${process.pid}-`));
}

/** Containers that share a folder know each other's processes by other numbers, or not at all. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // another user's
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
