import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { SplitArguments } from "./arguments.js";
import { quoted } from "./report.js";
import { t } from "./text.js";

/** What is to be said to who wrote `flowtrace npm test`, which looks for a script of that name; undefined to all others. */
export function commandForScript({ script, scriptArguments }: SplitArguments): string | undefined {
  if (script === undefined || script.includes("/") || existsSync(script) || !isOnPath(script))
    return undefined;
  const command = [script, ...scriptArguments].map(quoted).join(" ");
  return t("run.is-command", { name: script, command });
}

function isOnPath(name: string): boolean {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  return (process.env.PATH ?? "").split(delimiter).some((folder) =>
    endings.some((ending) => {
      try {
        accessSync(join(folder, name + ending), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}
