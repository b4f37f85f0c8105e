import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PageBrowser, pageBrowser } from "../support/page.js";
import { command, folderWith } from "../support/run.js";

let browser: PageBrowser;
let cwd: string;

/** Two modules with a class each, one of which works later than the other, and an order that fails. */
const SHOP = {
  "stock.js": `
class Stock {
  take(sku) { if (sku === "soup") throw new RangeError("no " + sku); return sku; }
  count() { return 3; }
}
module.exports = { Stock };`,
  "orders.js": `
class Order {
  constructor(sku) { this.sku = sku; }
  total(rate) { return rate * 2; }
}
function place(sku, stock) { const order = new Order(sku); stock.take(sku); return order.total(1.21); }
module.exports = { place };`,
  "shop.js": `
const { Stock } = require("./stock");
const { place } = require("./orders");
function restock(stock) { return stock.count(); }
function main() {
  const stock = new Stock();
  place("cake", stock);
  place("tea", stock);
  setTimeout(() => { restock(stock); place("soup", stock); }, 40);
}
main();`,
};

beforeAll(async () => {
  browser = await pageBrowser();
  cwd = folderWith(SHOP);
  await command("flowtrace", ["-s", "shop.js", "-o", "shop.json", "--html"], { cwd });
});

afterAll(() => browser?.close());

const open = (hash: string, size?: { width: number; height: number }): Promise<Page> =>
  browser.open(join(cwd, "shop.html"), hash, size);
const search = (page: Page) => page.locator("#search");
const lines = (page: Page) => page.getByRole("treeitem");

const names = async (page: Page): Promise<string[]> =>
  (await page.locator(".line .name").allTextContents()).filter((name) => !name.startsWith("callback"));

describe("the filters", () => {
  it("hold the tree to a module, a class and a time, and write what they mean into the search and the address", async () => {
    const page = await open("#view=tree&lang=en");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("combobox", { name: "Module" }).selectOption("stock.js");
    await expect.poll(() => search(page).inputValue()).toBe("module=stock.js");
    await page.getByRole("combobox", { name: "Class" }).selectOption("Stock");
    await page.getByLabel("Running from").fill("20ms");
    await page.getByLabel("Running from").press("Enter");
    await expect.poll(() => search(page).inputValue()).toMatch(/^module=stock\.js class=Stock end>=20ms$/);
    await page.keyboard.press("Escape");
    expect(page.url()).toContain("only=1");
    expect(page.url()).toContain("q=module%3Dstock.js");
    const shown = await names(page);
    expect(shown).toContain("Stock.take");
    expect(shown).not.toContain("Order.total");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("combobox", { name: "Module" }).selectOption("");
    await expect.poll(() => search(page).inputValue()).toBe("class=Stock end>=20ms");
    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => search(page).inputValue()).toBe("");
    expect(browser.problems).toEqual([]);
  });

  it("take the time that is dragged over in the timeline, or what it shows", async () => {
    const page = await open("#view=timeline&lang=en");
    const box = (await page.locator(".plot canvas").boundingBox())!;
    await page.keyboard.down("Shift");
    await page.mouse.move(box.x + box.width * 0.5, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 120);
    await page.mouse.move(box.x + box.width - 2, box.y + 120);
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await expect.poll(() => search(page).inputValue()).toMatch(/^end>=[\d.]+ms start<=[\d.]+ms$/);
    await page.getByRole("tab", { name: "Tree" }).click();
    expect(await names(page)).toContain("restock");
    expect((await names(page)).filter((name) => name === "place")).toHaveLength(1);
    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.getByRole("button", { name: "See all" }).click();
    await page.getByRole("button", { name: "Only what is shown" }).click();
    await expect.poll(() => search(page).inputValue()).toMatch(/^end>=0ms /);
    expect(browser.problems).toEqual([]);
  });
});

describe("a page of a narrow window", () => {
  it("keeps its menus off the edge", async () => {
    const page = await open("#view=tree&lang=en");
    for (const name of ["Filter", "Save"]) {
      await page.getByRole("button", { name, exact: true }).click();
      const sheet = page.getByRole("group", { name, exact: true });
      await expect
        .poll(async () => {
          const { x, width } = (await sheet.boundingBox())!;
          return page.viewportSize()!.width - x - width;
        })
        .toBeGreaterThanOrEqual(8);
      await page.keyboard.press("Escape");
    }
  });
});

describe("what is saved", () => {
  it("is, as a page, the matches and those above them, with all that a page can do", async () => {
    const page = await open("#view=functions&q=fn:take&lang=en");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save matches (HTML page)" }).click(),
    ]);
    const path = join(cwd, "saved.html");
    await download.saveAs(path);
    expect(readFileSync(path).length).toBeLessThan(readFileSync(join(cwd, "shop.html")).length + 1000);
    const saved = await browser.open(path, "#view=tree&lang=en");
    await saved.getByRole("button", { name: "Expand all" }).click();
    const texts = (await lines(saved).allTextContents()).join("\n");
    expect(texts).toContain("Stock.take");
    expect(texts).toContain("RangeError: no soup");
    expect(texts).not.toContain("Order.total");
    await saved.getByText("Good to know:").waitFor();
    await saved.getByRole("tab", { name: "Source" }).click();
    await saved.getByText("class Stock {").waitFor();
    // What was saved can be saved again.
    await saved.getByRole("button", { name: "Save", exact: true }).click();
    const [again] = await Promise.all([
      saved.waitForEvent("download"),
      saved.getByRole("button", { name: "Save matches (HTML page)" }).click(),
    ]);
    await again.saveAs(path);
    await (await browser.open(path, "#view=tree")).getByRole("treeitem").first().waitFor();
    expect(browser.problems).toEqual([]);
  });
});

describe("what a reader of files has to say", () => {
  it("is in the page's language", async () => {
    const foreign = [
      {
        id: 0,
        callable: "<module>",
        module: "shop.py",
        called: "<module>",
        inputs: {},
        output: null,
        error: null,
        duration_ms: 3,
        calls: [
          {
            id: 1,
            callable: "total",
            module: "shop",
            called: "total",
            caller: "x",
            instance_id: null,
            inputs: {},
            output: 1,
            error: null,
            duration_ms: 1,
            calls: [],
          },
        ],
      },
    ];
    writeFileSync(join(cwd, "python.json"), JSON.stringify(foreign));
    await command("flowtrace-visual", ["-i", "python.json", "--lang", "es"], { cwd });
    const page = await browser.open(join(cwd, "python.html"), "#lang=es");
    await page.getByText("Conviene saber").click();
    const list = page.locator(".omissions li").first();
    expect(await list.textContent()).toBe(
      "El fichero no dice cuándo empezó cada llamada: se colocan una tras otra.",
    );
    await page.getByLabel("Idioma").selectOption("en");
    await page.locator(".omissions summary").click();
    await expect.poll(() => list.textContent()).toMatch(/^The file does not say when calls started/);
    expect(browser.problems).toEqual([]);
  });
});

describe("the search box", () => {
  const offers = (page: Page): Promise<string[]> =>
    page
      .locator("#completions option")
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));

  it("offers how the last term may go on: qualifiers, and names of the trace", async () => {
    const page = await open("#view=tree&lang=en");
    await search(page).fill("mo");
    await expect.poll(() => offers(page)).toContain("module:");
    await search(page).fill("pla");
    await expect.poll(() => offers(page)).toEqual(["fn:place"]);
    await search(page).fill("dur>1us class:sto");
    await expect.poll(() => offers(page)).toEqual(["dur>1us class:Stock"]);
    await search(page).fill("fn:callback");
    for (const offer of await offers(page)) expect(offer).toMatch(/^fn:"callback of .*"$/);
    await page.close();
  });

  it("offers earlier searches when it is empty", async () => {
    const page = await open("#view=tree&lang=en");
    for (const text of ["fn:place", "error:*", "fn:place"]) {
      await search(page).fill(text);
      await search(page).press("Enter");
      await search(page).blur();
    }
    await search(page).fill("");
    await expect.poll(() => offers(page)).toEqual(["fn:place", "error:*"]);
    await page.close();
  });
});
