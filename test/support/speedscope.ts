import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { folderWith, ROOT } from "./run.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--use-gl=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** A call as speedscope understood a file; times in its profile's unit. */
export interface SeenCall {
  profile: string;
  name: string;
  start: number;
  end: number;
  /** Its place in the list; -1 for the lowest. */
  parent: number;
}

/** Speedscope itself, in a browser: opens a file as its command does, and saves what it made of it. */
export async function startSpeedscope(): Promise<{
  open(path: string): Promise<SeenCall[]>;
  close(): Promise<void>;
}> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  const app = pathToFileURL(join(ROOT, "node_modules/speedscope/dist/release/index.html")).href;
  const folder = folderWith();
  return {
    async open(path) {
      const page = await browser.newPage();
      const loader = join(folder, `${basename(path)}.js`);
      const content = readFileSync(path).toString("base64");
      writeFileSync(
        loader,
        `speedscope.loadFileFromBase64(${JSON.stringify(basename(path))}, ${JSON.stringify(content)})`,
      );
      await page.goto(`${app}#localProfilePath=${loader}`);
      await page.waitForFunction(() => document.title.endsWith(" - speedscope"));
      const [saved] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Control+s")]);
      const text = readFileSync(await saved.path(), "utf8");
      await page.close();
      return callsIn(JSON.parse(text) as SpeedscopeFile);
    },
    close: () => browser.close(),
  };
}

interface SpeedscopeFile {
  shared: { frames: { name: string }[] };
  profiles: { name: string; events: { type: "O" | "C"; frame: number; at: number }[] }[];
}

function callsIn({ shared, profiles }: SpeedscopeFile): SeenCall[] {
  const calls: SeenCall[] = [];
  for (const { name: profile, events } of profiles) {
    const open: number[] = [];
    for (const { type, frame, at } of events) {
      if (type === "O") {
        const { name } = shared.frames[frame]!;
        open.push(calls.push({ profile, name, start: at, end: at, parent: open.at(-1) ?? -1 }) - 1);
      } else calls[open.pop()!]!.end = at;
    }
  }
  return calls;
}
