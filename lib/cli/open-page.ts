import { say } from "./report.js";
import { t } from "./text.js";

/** Where the page of a trace goes when nothing else is said. */
export function pageBeside(trace: string): string {
  return `${trace.replace(/\.json(?:\.gz)?$/, "")}.html`;
}

/** Hands a file to whatever the system opens pages with. */
export async function openPage(path: string): Promise<void> {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  const { spawn } = process.getBuiltinModule("node:child_process");
  const child = spawn(command!, [...args, path], { stdio: "ignore", detached: true });
  child.unref();
  const isOpening = await new Promise<boolean>((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
  if (!isOpening) say(t("run.open-yourself", { path }));
}
