import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PageBrowser, pageBrowser } from "../support/page.js";
import { command, folderWith } from "../support/run.js";

let browser: PageBrowser;
let file: string;

const SHOP = `
class Cart {
  constructor(owner) { this.owner = owner; this.lines = []; }
  add(sku, price) { if (price < 0) throw new RangeError("price of " + sku); this.lines.push({ sku, price }); return this; }
  total() { return this.lines.map((line) => line.price).reduce((a, b) => a + b, 0); }
  clear() { this.lines = []; }
}
function shop() {
  const ana = new Cart("Ana");
  const juan = new Cart("Juan");
  for (let i = 0; i < 3; i++) { ana.add("tea", i); juan.add("cake", i); }
  try { juan.add("milk", -1); } catch {}
  ana.clear();
  return juan.total();
}
shop();`;

beforeAll(async () => {
  const cwd = folderWith({ "shop.js": SHOP });
  await command("flowtrace", ["-s", "shop.js", "-o", "shop.json", "--with-memory", "--html"], { cwd });
  file = join(cwd, "shop.html");
  browser = await pageBrowser();
});
afterAll(() => browser?.close());

const lineWith = (page: Page, text: string) => page.getByRole("treeitem").filter({ hasText: text });

describe("the page's tree", () => {
  it("has a switch for each badge and for all of them, which a link keeps", async () => {
    const page = await browser.open(file, "#view=tree&call=1");
    await page.getByRole("button", { name: "Expand all" }).click();
    const line = lineWith(page, 'sku="milk"');
    const text = (): Promise<string | null> => line.textContent();
    const turn = (name: string): Promise<void> => page.getByRole("checkbox", { name }).click();
    expect(await text()).toMatch(/RangeError: price of milk.*[µm]s$/);
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await turn("Module");
    await turn("Caller");
    await turn("Memory before → after");
    expect(await text()).toMatch(/by shop.*shop\.js.*MB → .*MB/);
    await turn("Error");
    expect(await text()).not.toContain("RangeError");
    await turn("Duration");
    expect(await text()).not.toMatch(/[µm]s$/);
    await turn("Badges");
    expect(await text()).not.toContain("by shop");
    expect(await page.getByRole("checkbox", { name: "Module" }).isDisabled()).toBe(true);
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await page.getByRole("button", { name: "Expand all" }).click();
    expect(await line.textContent()).not.toContain("by shop");
    expect(browser.problems).toEqual([]);
  });

  it("hides internals without what they called, and empty inputs and outputs", async () => {
    const page = await browser.open(file, "#view=tree&call=1");
    await page.getByRole("button", { name: "Expand all" }).click();
    await lineWith(page, "callback of").first().waitFor();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByRole("checkbox", { name: /^Callbacks/ }).uncheck();
    await expect.poll(() => lineWith(page, "callback of").count()).toBe(0);
    const cleared = lineWith(page, "Cart.clear");
    expect(await cleared.textContent()).not.toContain("undefined");
    await page.getByRole("checkbox", { name: "Empty outputs" }).check();
    await expect.poll(() => cleared.textContent()).toContain("Cart.clear() → undefined");
    await page.getByRole("checkbox", { name: "Empty inputs" }).uncheck();
    await expect.poll(() => cleared.textContent()).toContain("Cart.clear → undefined");
    expect(browser.problems).toEqual([]);
  });

  it("groups calls by function and by instance, with counts, and goes through them by keys", async () => {
    const page = await browser.open(file, "#view=tree&call=1");
    const by = page.getByRole("combobox", { name: "Group calls" });
    await by.selectOption("By function");
    const adds = lineWith(page, "Cart.add ×7");
    expect(await adds.textContent()).toMatch(/1 failed min .* median .* max/);
    await by.selectOption("By instance");
    await lineWith(page, "Cart #1 ×").waitFor();
    await page.getByRole("tree").focus();
    await page.keyboard.press("ArrowDown");
    const selected = page.getByRole("treeitem", { selected: true });
    expect(await selected.textContent()).toMatch(/^Cart #1 ×5/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    expect(await selected.textContent()).toContain('Cart.constructor(owner="Ana")');
    expect(await selected.getAttribute("aria-level")).toBe("4");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await selected.getAttribute("aria-expanded")).toBe("false");
    expect(page.url()).toContain("group=instance");
    expect(browser.problems).toEqual([]);
  });
});
