import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

/** A browser that opens pages from disk and keeps what went wrong in them: faults, console errors, requests. */
export interface PageBrowser {
  /** Opens a page at a place of its address, such as `#view=tree`; problems of earlier pages are forgotten. */
  open(file: string, hash?: string, size?: { width: number; height: number }): Promise<Page>;
  readonly problems: string[];
  close(): Promise<void>;
}

export async function pageBrowser(): Promise<PageBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  const problems: string[] = [];
  return {
    problems,
    async open(file, hash = "", size = { width: 1280, height: 800 }) {
      problems.length = 0;
      const page = await browser.newPage({ viewport: size });
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("request", (request) => {
        if (!/^(?:file|data|blob):/.test(request.url())) problems.push(request.url());
      });
      await page.goto(pathToFileURL(file).href + hash);
      await page.getByRole("tabpanel").waitFor();
      return page;
    },
    close: () => browser.close(),
  };
}

/** What axe-core finds wrong with a page as it stands: rules, and where they are broken. */
export function axeViolations(page: Page): Promise<string[]> {
  return page.evaluate(async (source) => {
    // The page forbids scripts it does not know; the debugger's evaluation is not bound by that.
    // biome-ignore lint/security/noGlobalEval: axe-core is given as text
    globalThis.eval(source);
    const { violations } = await (globalThis as never as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`);
  }, axe.source);
}
