import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VIEWS } from "../../lib/view/client/views.js";
import { axeViolations, type PageBrowser, pageBrowser } from "../support/page.js";
import { command, folderWith, ROOT } from "../support/run.js";

let browser: PageBrowser;
let file: string;

beforeAll(async () => {
  browser = await pageBrowser();
  const cwd = folderWith();
  await command(
    "flowtrace",
    ["-o", "t.json", "--html", "-s", join(ROOT, "samples/error-internal/error-internal.js")],
    { cwd },
  );
  file = join(cwd, "t.html");
});
afterAll(() => browser?.close());

describe("every view, with a panel over it", () => {
  it.each(["dark", "light"])("gives axe nothing to complain about, in the %s theme", async (theme) => {
    for (const view of VIEWS) {
      const page = await browser.open(file, `#lang=en&theme=${theme}&view=${view}&call=3&panels=2,4`);
      await page.getByRole("dialog").first().waitFor();
      expect([view, ...(await axeViolations(page))]).toEqual([view]);
      expect([view, ...browser.problems]).toEqual([view]);
      await page.close();
    }
  });

  it.each([
    { width: 360, height: 740 },
    { width: 3840, height: 2160 },
  ])("is no wider than a screen of $width pixels, in Spanish", async (size) => {
    for (const view of VIEWS) {
      const page = await browser.open(file, `#lang=es&view=${view}&call=3`, size);
      expect([view, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([
        view,
        size.width,
      ]);
      await page.close();
    }
  });
});

it("menus and the help sheet give axe nothing to complain about", async () => {
  const page = await browser.open(file, "#lang=en&view=tree");
  for (const name of ["Filter", "Save", "Show"]) {
    await page.getByRole("button", { name, exact: true }).click();
    expect([name, ...(await axeViolations(page))]).toEqual([name]);
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: /shortcuts/i }).click();
  expect(await axeViolations(page)).toEqual([]);
  await page.close();
});
