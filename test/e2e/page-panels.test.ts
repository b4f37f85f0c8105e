import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PageBrowser, pageBrowser } from "../support/page.js";
import { command, folderWith } from "../support/run.js";

let browser: PageBrowser;
let file: string;

const SHOP = `
function priceOf(sku) { if (sku === "soup") throw new RangeError("no soup"); return 4.5; }
function totalOf(skus) { return skus.reduce((sum, sku) => sum + priceOf(sku), 0); }
function order(skus) { try { return totalOf(skus); } catch { return -1; } }
order(["cake", "tea"]);
order(["soup"]);`;

beforeAll(async () => {
  const cwd = folderWith({ "shop.js": SHOP });
  await command("flowtrace", ["-s", "shop.js", "-o", "shop.json", "--html"], { cwd });
  file = join(cwd, "shop.html");
  browser = await pageBrowser();
});
afterAll(() => browser?.close());

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  return (await locator.boundingBox())!;
}

describe("the page's floating panels", () => {
  it("open the match that a search steps to, with the calls below it and the words marked", async () => {
    const page = await browser.open(file, "#view=tree");
    const box = page.getByRole("search").locator("input");
    await box.fill("soup");
    await box.press("Enter");
    const panel = page.getByRole("dialog");
    await panel.waitFor();
    expect(await page.getByRole("search").getByRole("status").textContent()).toMatch(/^1 of [3-9]$/);
    expect(await panel.getByRole("heading").first().textContent()).toContain("order");
    await panel.getByText("Calls it made, and those below").waitFor();
    expect(await panel.textContent()).toContain("priceOf");
    // The way on is the same key again: the focus stays where it is.
    await box.press("Enter");
    expect(await panel.count()).toBe(1);
    expect(await panel.getByRole("heading").first().textContent()).toContain("totalOf");
    const marked = (): Promise<string[]> =>
      page.evaluate(() => [...(CSS.highlights.get("match") ?? [])].map((range) => String(range)));
    await expect.poll(async () => new Set(await marked())).toEqual(new Set(["soup"]));
    await box.fill("");
    await expect.poll(marked).toEqual([]);
    expect(browser.problems).toEqual([]);
  });

  it("stand side by side, move with the pointer, and are minimised, maximised and closed", async () => {
    const page = await browser.open(file, "#view=tree");
    for (const name of ["order", "totalOf"]) {
      await page
        .getByRole("treeitem", { name: new RegExp(`^${name}`) })
        .first()
        .click();
      await page.keyboard.press("o");
    }
    const panels = page.getByRole("dialog");
    expect(await panels.count()).toBe(2);
    const top = panels.nth(1);
    const before = await boxOf(top);
    await page.mouse.move(before.x + 120, before.y + 14);
    await page.mouse.down();
    await page.mouse.move(before.x - 80, before.y - 86, { steps: 4 });
    await page.mouse.up();
    const moved = await boxOf(top);
    expect([moved.x, moved.y]).toEqual([before.x - 200, before.y - 100]);
    await top.getByRole("button", { name: "Maximise" }).click();
    expect((await boxOf(top)).width).toBeGreaterThan(1200);
    await top.getByRole("button", { name: "Restore" }).click();
    expect(await boxOf(top)).toEqual(moved);
    await top.getByRole("button", { name: "Minimise" }).click();
    const docked = page.locator(".dock").getByRole("dialog");
    expect((await boxOf(docked)).height).toBeLessThan(50);
    await docked.getByRole("button", { name: "Restore" }).click();
    expect(await boxOf(top)).toEqual(moved);
    await top.getByRole("button", { name: "Close the panel" }).click();
    expect(await panels.count()).toBe(1);
    expect(browser.problems).toEqual([]);
  });

  it("are opened, moved, sized, gone through and closed with keys alone, and a link brings them back", async () => {
    const page = await browser.open(file, "#view=tree&call=1");
    await page.getByRole("tree").focus();
    await page.keyboard.press("o");
    const panel = page.getByRole("dialog").first();
    expect(await panel.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Tab");
    const before = await boxOf(panel);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Shift+ArrowRight");
    const after = await boxOf(panel);
    expect(after.x).toBeLessThan(before.x);
    expect(after.y).toBeLessThan(before.y);
    expect(after.width).toBeGreaterThan(before.width);
    await page.keyboard.press("w");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("panel");
    const address = page.url();
    expect(address).toContain("panels=1");
    await page.keyboard.press("w");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.goto("about:blank");
    await page.goto(address);
    await page.getByRole("dialog").waitFor();
    expect(browser.problems).toEqual([]);
  });
});
