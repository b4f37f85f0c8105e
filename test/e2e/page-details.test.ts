import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import { axeViolations } from "../support/page.js";
import { callsOf, command, folderWith, ROOT, readJson } from "../support/run.js";

let browser: Browser;
let page: Page;
let cwd: string;
let root: CallJson;
const problems: string[] = [];

const SHOP = {
  "stock.js": `"use strict";
class Stock {
  constructor(items) { this.items = items; }
  take(name, quantity = 1) {
    const item = this.items.find((one) => one.name === name);
    if (item === undefined) throw new RangeError("no " + name + " in stock");
    item.left -= quantity;
    return item.left;
  }
}
function discount(order, rate) {
  order.total = sum(order.prices) * (1 - rate);
  delete order.draft;
  return order.total;
}
function sum(prices) { return prices.reduce((total, price) => total + price, 0); }
module.exports = { Stock, discount };
`,
  "shop.js": `"use strict";
const { Stock, discount } = require("./stock.js");
const { span, checkpoint, annotate } = require(${JSON.stringify(join(ROOT, "dist/api.js"))});
async function load(id) {
  annotate({ table: "orders", rows: 3 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { id, prices: [1, id.length], draft: true };
}
async function handle(id, item) {
  const order = await load(id);
  span("price the order", () => discount(order, 0.5), { attributes: { id }, level: "info" });
  checkpoint("after pricing", { total: order.total });
  return new Stock([{ name: "tea", left: 3 }]).take(item);
}
async function main() {
  await Promise.all([handle("o-1", "tea"), handle("o-22", "tea")]);
  await handle("o-333", "cake");
}
main();
`,
};

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  cwd = folderWith(SHOP);
  await command("flowtrace", ["--with-memory", "-s", "shop.js", "-o", "shop.json", "--html"], { cwd });
  root = readJson(join(cwd, "shop.json"));
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
});

afterAll(() => browser?.close());

/** Opens the page anew, as a link would, with the first call of a function selected; the first that failed when asked for. */
async function open(view: string, callable = "shop.js", hasFailed = false): Promise<void> {
  problems.length = 0;
  const call = [root, ...callsOf(root)].find(
    (one) => one.callable === callable && (!hasFailed || one.error !== null),
  );
  await page.goto("about:blank");
  await page.goto(
    `${pathToFileURL(join(cwd, "shop.html")).href}#view=${view}&lang=en&theme=dark&call=${call!.id}`,
  );
  await page.getByRole("tabpanel").waitFor();
}

const panel = () => page.getByRole("tabpanel");
const details = () => page.getByRole("complementary", { name: "Details of the call" });
const title = () => details().getByRole("heading").first().textContent();

/** What a button put on the clipboard. */
async function copied(button: string): Promise<string> {
  await details().getByRole("button", { name: button }).click();
  await details().getByText("Copied").waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

describe("the details of a call", () => {
  it("show what it changed in its inputs", async () => {
    await open("tree", "discount");
    const changes = details().locator("section", { hasText: "What the call changed" });
    expect(await changes.locator("del").allTextContents()).toEqual(["true"]);
    expect(await changes.locator("ins").allTextContents()).toEqual(["2"]);
    await changes.getByText("All of it afterwards").click();
    expect(await changes.textContent()).toContain('id: "o-1"');
    expect(problems).toEqual([]);
  });

  it("lead to the function's other calls, and say what was different there", async () => {
    await open("tree", "handle");
    await details().getByText("Other than in the next call: 1").click();
    expect(await details().locator(".siblings del").textContent()).toBe('"o-22"');
    await details().getByRole("button", { name: "Next call of this function" }).click();
    await details().getByText("Call 2 of 3 of this function").waitFor();
    await details().getByText("Other than in the previous call: 1").waitFor();
    // What was opened stays open.
    expect(await details().locator(".siblings [open] del").allTextContents()).toEqual(['"o-333"', '"cake"']);
  });

  it("open calls from the frames of an error's stack", async () => {
    await open("tree", "take", true);
    await details()
      .getByRole("button", { name: /at (async )?handle/ })
      .click();
    expect(await title()).toContain("handle");
  });

  it("show what the program itself told: facts, spans and checkpoints", async () => {
    await open("tree", "load");
    const facts = details().locator("section", { hasText: "Attributes" });
    expect(await facts.textContent()).toMatch(/table: "orders".*rows: 3/);
    await open("tree", "price the order");
    expect(await facts.textContent()).toMatch(/id: "o-1".*level: "info"/);
    await open("tree", "after pricing");
    await details().getByText("Values at this moment").waitFor();
    expect(await details().textContent()).toContain("total: 2");
  });

  it("go to the clipboard as data, as code and as a test that can be run", async () => {
    await open("tree", "discount");
    const data = JSON.parse(await copied("Copy as JSON"));
    expect(data).toMatchObject({ callable: "discount", output: 2, inputs: { rate: 0.5 } });
    expect(await copied("Copy the call as code")).toBe(
      'discount({ id: "o-1", prices: [1, 3], draft: true }, 0.5);\n// → 2\n',
    );
    const test = await copied("Copy as a vitest test");
    expect(test).toContain('import { discount } from "./stock.js"');
    expect(test).toContain("expect(result).toEqual(2);");
    expect(test).toContain('expect(order).toEqual({ id: "o-1", prices: [1, 3], total: 2 });');
    expect(problems).toEqual([]);
  });
});

describe("the functions", () => {
  it("are sorted by any figure, and lead to who calls them and whom they call", async () => {
    await open("functions");
    const lines = panel().getByRole("row");
    await panel()
      .getByRole("button", { name: /^Calls/ })
      .click();
    expect(await lines.nth(1).textContent()).toMatch(/^callback of prices\.reduce/);
    await panel()
      .getByRole("button", { name: /^Function/ })
      .click();
    expect(await panel().getByRole("columnheader", { name: "Function ↑" }).count()).toBe(1);
    await panel().getByRole("columnheader", { name: "Memory" }).waitFor();

    await panel().getByRole("button", { name: "discount", exact: true }).click();
    expect(await title()).toContain("discount");
    const neighbours = panel().getByRole("region", { name: "Callers and callees" });
    const [callers, callees] = await neighbours.locator(".side").allTextContents();
    expect(callers).toMatch(/Called bycallback of span.*×3/);
    expect(callees).toMatch(/Callssum×3/);
    await neighbours.getByRole("button", { name: "sum" }).click();
    expect(await title()).toContain("sum");
    expect(await panel().locator("tr[aria-current]").textContent()).toMatch(/^sum/);
    expect(problems).toEqual([]);
  });

  it("are saved as CSV, as they are filtered", async () => {
    await open("functions");
    await panel().getByRole("searchbox", { name: "Filter functions" }).fill("stock.");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      panel().getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    const [head, ...lines] = readFileSync(await saved.path(), "utf8")
      .trim()
      .split("\n");
    expect(head).toBe("function,module,calls,total,self,min,p50,p95,p99,max,errors,growth");
    expect(lines.map((line) => line.split(",")[0]).sort()).toContain('"Stock.take"');
    expect(lines.filter((line) => line.includes("shop.js"))).toEqual([]);
  });
});

describe("the source", () => {
  const line = (no: number) =>
    panel()
      .locator(".src:not(.head)")
      .nth(no - 1);

  it("tells at its lines how often calls there ran, which lead to them", async () => {
    await open("source", "discount");
    expect(await line(11).locator("button.heat").first().textContent()).toMatch(/^×3 /);
    const made = line(12).locator("button.heat");
    expect(await made.textContent()).toMatch(/^×3 /);
    await made.click();
    expect(await title()).toContain("sum");
    await panel().getByRole("combobox", { name: "File" }).selectOption("shop.js");
    await expect.poll(title).toContain("main");
    expect(await line(4).textContent()).toContain("async function load(id)");
    expect(problems).toEqual([]);
  });

  it("has the selected call's values beside its lines", async () => {
    await open("source", "discount");
    await panel().locator(".src.here").waitFor();
    expect(await line(11).locator(".inline").textContent()).toContain('order = {id: "o-1"');
    expect(await line(11).locator(".inline").textContent()).toMatch(/rate = 0\.5.*→ 2$/);
    expect(await line(12).locator(".inline").textContent()).toBe("sum→ 4");
    await line(12).getByRole("button", { name: "sum" }).click();
    expect(await title()).toContain("sum");
    expect(await line(12).locator(".inline").count()).toBe(0);
  });

  it("marks where the selected call threw", async () => {
    await open("source", "take", true);
    await panel().locator(".src.thrown").waitFor();
    expect(await panel().locator(".src.thrown").textContent()).toMatch(
      /if \(item === undefined\).*✗ RangeError: no cake in stock/,
    );
  });
});

describe("the timeline", () => {
  const canvas = () => panel().getByRole("application", { name: "Calls over time" });
  const picture = () => canvas().evaluate((element) => (element as HTMLCanvasElement).toDataURL());

  /** What the picture is after something was done to it. */
  async function pictureAfter(act: () => Promise<unknown>): Promise<string> {
    await act();
    return picture();
  }

  it("is moved by wheel, mouse, keys, buttons, the small picture and two fingers", async () => {
    await open("timeline");
    await canvas().waitFor();
    const start = await picture();
    const { x, y, width, height } = (await canvas().boundingBox())!;
    const [middle, centre] = [x + width / 2, y + height / 2];
    const all = await pictureAfter(() => page.getByRole("button", { name: "See all" }).click());
    expect(all).not.toBe(start);
    const seen = [all];
    const changes = async (act: () => Promise<unknown>): Promise<void> => {
      const now = await pictureAfter(act);
      expect(now).not.toBe(seen.at(-1));
      seen.push(now);
    };
    await page.mouse.move(middle, centre);
    await changes(() => page.mouse.wheel(0, -300));
    await changes(async () => {
      await page.mouse.down();
      await page.mouse.move(middle - 120, centre, { steps: 3 });
      await page.mouse.up();
    });
    await canvas().focus();
    for (const key of ["+", "ArrowRight", "-"]) await changes(() => page.keyboard.press(key));
    await changes(() => page.getByRole("button", { name: "Zoom in" }).click());
    await changes(() =>
      panel()
        .locator(".mini")
        .click({ position: { x: 20, y: 20 } }),
    );
    const session = await page.context().newCDPSession(page);
    const fingers = (type: "touchStart" | "touchMove" | "touchEnd", apart: number): Promise<unknown> =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints:
          type === "touchEnd" ? [] : [-apart, apart].map((by, id) => ({ x: middle + by, y: centre, id })),
      });
    await changes(async () => {
      await fingers("touchStart", 40);
      await fingers("touchMove", 90);
      await fingers("touchEnd", 0);
    });
    await canvas().focus();
    expect(await pictureAfter(() => page.keyboard.press("0"))).toBe(all);
    expect(problems).toEqual([]);
  });

  it("comes to the selected call, and a click selects what is there", async () => {
    await open("timeline", "take", true);
    await page.getByRole("button", { name: "Selected call" }).click();
    const { x, y, width, height } = (await canvas().boundingBox())!;
    const tips = new Map<string, number>();
    for (let at = y + 32; at < y + height; at += 20) {
      await page.mouse.move(x + width / 2, at);
      tips.set((await panel().locator(".tip").textContent())!.replace(/ ·.*/, ""), at);
    }
    expect([...tips.keys()]).toEqual(expect.arrayContaining(["shop.js", "handle", "Stock.take"]));
    await page.mouse.click(x + width / 2, tips.get("handle")!);
    expect(await title()).toContain("handle");
  });

  it("goes from call to call by keys, and tells of each", async () => {
    await open("timeline");
    await canvas().focus();
    const ways: [key: string, name: string][] = [
      ["Down", "main"],
      ["Down", "handle"],
      ["Down", "load"],
      ["Right", "price the order"],
      ["Left", "load"],
      ["Up", "handle"],
    ];
    for (const [key, name] of ways) {
      await page.keyboard.press(`Shift+Arrow${key}`);
      expect(await title()).toContain(name);
      expect(await panel().locator(".tip").textContent()).toMatch(new RegExp(`^${name} · `));
    }
  });
});

describe("the flame graph", () => {
  it("is as wide as time, own time, calls or memory, and the address keeps which", async () => {
    await open("flame");
    const canvas = panel().getByRole("application", { name: "Time by stack of functions" });
    await canvas.waitFor();
    const pictures = new Set<string>();
    for (const name of ["total time", "own time", "calls", "memory growth"]) {
      await panel().getByRole("button", { name, exact: true }).click();
      await panel().getByRole("button", { name, pressed: true }).waitFor();
      pictures.add(await canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL()));
    }
    expect(pictures.size).toBe(4);
    expect(page.url()).toContain("part=growth");
    // From the end: the widest of the second row is where most time went, and below it is its caller.
    await panel().getByRole("button", { name: "own time" }).click();
    const { x, y } = (await canvas.boundingBox())!;
    await page.mouse.move(x + 10, y + 54);
    await expect.poll(() => panel().locator(".tip").textContent()).toMatch(/^load · .* %/);
    await page.mouse.move(x + 10, y + 74);
    await expect.poll(() => panel().locator(".tip").textContent()).toMatch(/^handle · /);
    expect(problems).toEqual([]);
  });
});

describe("all these views", () => {
  it("give axe nothing to complain about, in both themes", async () => {
    for (const theme of ["dark", "light"]) {
      for (const view of ["functions", "source", "timeline", "flame"]) {
        await open(view, "take", true);
        await page.goto(page.url().replace("theme=dark", `theme=${theme}`));
        expect([view, theme, ...(await axeViolations(page))]).toEqual([view, theme]);
      }
    }
  });

  it("can be read on a narrow screen, in Spanish", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const view of ["functions", "source", "timeline", "flame", "tree"]) {
      await open(view, "take", true);
      await page.goto(page.url().replace("lang=en", "lang=es"));
      await page.getByRole("complementary", { name: "Detalles de la llamada" }).waitFor();
      expect([view, await page.evaluate(() => document.body.scrollWidth)]).toEqual([view, 360]);
      expect(problems).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });
});
