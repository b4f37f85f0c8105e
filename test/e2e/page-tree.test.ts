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

const SERVER = `
const { connect } = require("node:net");
const STATUS = { 1: 200, 2: 500, 3: 404, 4: 404, 5: 204 };
const server = require("node:http").createServer((request, response) => {
  response.statusCode = STATUS[request.url.split("/")[2]];
  response.end();
}).listen(0, "127.0.0.1", () => {
  const socket = connect(server.address().port, "127.0.0.1");
  for (const id of [1, 5, 2, 3, 4]) {
    const end = id === 4 ? "Connection: close\\r\\n" : "";
    socket.write("GET /orders/" + id + " HTTP/1.1\\r\\nHost: shop\\r\\n" + end + "\\r\\n");
  }
  socket.resume().on("close", () => server.close());
});`;

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

  it("tells requests that were answered with an error from the others, on the overview and in groups too", async () => {
    const cwd = folderWith({ "server.js": SERVER });
    await command("flowtrace", ["-s", "server.js", "-o", "server.json", "--html"], { cwd });
    const page = await browser.open(join(cwd, "server.html"), "#view=overview");
    const refused = page.locator("section", { hasText: "answered with an error" }).getByRole("button");
    expect(await refused.allTextContents()).toEqual([
      expect.stringMatching(/^500Server\.request.*\/orders\/2/),
      expect.stringMatching(/^404Server\.request.*\/orders\/3/),
      expect.stringMatching(/^404Server\.request.*\/orders\/4/),
    ]);
    await refused.first().click();
    const group = lineWith(page, "×5");
    await expect.poll(() => group.locator(".tag").allTextContents()).toEqual(["500", "404 ×2"]);
    expect(await lineWith(page, "/orders/2").locator(".tag.bad").textContent()).toBe("500");
    expect(await lineWith(page, "/orders/3").locator(".tag.warn").textContent()).toBe("404");
    expect(await lineWith(page, "/orders/1").locator(".tag").textContent()).toBe("200");
    const color = (path: string): Promise<string> =>
      lineWith(page, path)
        .locator(".name")
        .evaluate((name) => getComputedStyle(name).color);
    expect(await color("/orders/2")).not.toBe(await color("/orders/1"));
    expect(browser.problems).toEqual([]);
  });
});
