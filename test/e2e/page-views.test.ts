import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "../support/page.js";
import { command, folderWith } from "../support/run.js";

let browser: Browser;
let cwd: string;
let page: Page;
const problems: string[] = [];

/** A shop with an order that fails, one whose failure nobody hears of, a price worked out twice, and a promise that never settles. */
const SHOP = {
  "stock.js": `
class Stock {
  constructor() { this.items = { cake: 3, tea: 10 }; }
  take(sku, n) {
    if (!(sku in this.items)) throw new RangeError("no " + sku + " in stock");
    this.items[sku] -= n;
    return this.items[sku];
  }
}
module.exports = { Stock };`,
  "prices.js": `
let calls = 0;
function priceOf(sku) { return { cake: 4.5, tea: 2.25 }[sku]; }
function rate(country) { return 1 + calls++ / 100; }
module.exports = { priceOf, rate };`,
  "orders.js": `
const { priceOf, rate } = require("./prices");
function applyDiscount(order) { order.total *= 0.9; order.notes.push("discount"); return order; }
function fill(order, stock) {
  for (const line of order.lines) {
    stock.take(line.sku, line.quantity);
    order.total += priceOf(line.sku) * rate("ES") * line.quantity;
  }
}
function placeOrder(order, stock) {
  try { fill(order, stock); } catch (error) { throw new Error("order " + order.id + " failed", { cause: error }); }
  applyDiscount(order);
  return order;
}
module.exports = { placeOrder };`,
  "shop.js": `
const { Stock } = require("./stock");
const { placeOrder } = require("./orders");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function notify(id) { await sleep(5); return "mailed " + id; }
async function confirm(order) { const mail = await notify(order.id); return mail; }
async function lost() { await new Promise(() => {}); }
function order(id, sku) { return { id, total: 0, notes: [], lines: [{ sku, quantity: 1 }], secret: { password: "x" } }; }
function tryOrder(order, stock) { try { return placeOrder(order, stock); } catch {} }
function parse(text) { throw new SyntaxError("bad number " + text); }
function tryParse(text) { try { return parse(text); } catch (error) { return error.message; } }
async function main() {
  for (let i = 0; i < 9; i++) tryParse(String(i));
  const stock = new Stock();
  const first = tryOrder(order("o-100", "cake"), stock);
  tryOrder(order("o-200", "soup"), stock);
  tryOrder(order("o-300", "cake"), stock);
  lost();
  await confirm(first);
  placeOrder(order("o-400", "milk"), stock);
}
main();`,
  "server.js": `
function rateOf(tier) { return tier.rate; }
function answer(tier) { try { return { status: 200, rate: rateOf(tier) }; } catch (error) { return { status: 500 }; } }
answer({ rate: 1 });
answer(undefined);`,
  "hostile.js": `
const nasty = "<img src=x onerror=alert(1)>";
class Evil {
  ["<b>" + nasty](value) { value[nasty] = nasty; return nasty; }
  async ["wait" + nasty]() { throw new Error(nasty); }
}
const evil = new Evil();
for (let i = 0; i < 2; i++) evil["<b>" + nasty]({});
evil["wait" + nasty]().catch(() => {});`,
};

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  cwd = folderWith(SHOP);
  for (const name of ["shop", "hostile", "server"])
    await command("flowtrace", ["-s", `${name}.js`, "-o", `${name}.json`, "--html"], { cwd });
  page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
});

afterAll(() => browser?.close());

/** Opens the page anew, as a link would. */
async function open(hash: string, name = "shop"): Promise<void> {
  problems.length = 0;
  await page.goto("about:blank");
  await page.goto(pathToFileURL(join(cwd, `${name}.html`)).href + hash);
  await page.getByRole("tabpanel").waitFor();
}

const panel = () => page.getByRole("tabpanel");
const details = () => page.getByRole("complementary", { name: "Details of the call" });

describe("the overview", () => {
  it("names the errors of a run that went on, and leads to what became of each", async () => {
    await open("#view=overview", "server");
    await page
      .getByRole("button", { name: /^TypeError: Cannot read .*'rate'\)\s*rateOf\s*\(tier=undefined\)/ })
      .click();
    expect(await page.getByRole("article").textContent()).toContain("caught in");
    expect(await details().textContent()).toContain("rateOf");
    expect(problems).toEqual([]);
  });
});

describe("the errors view", () => {
  it("tells an error's life to its end, and a step shows the call", async () => {
    await open("#view=errors");
    const story = page.getByRole("article").first();
    expect(
      (await story.getByRole("listitem").allTextContents()).map((text) => text.replace(/\(.*/, "")),
    ).toEqual([
      "thrown inStock.take",
      "crossedfill",
      "wrapped inplaceOrder",
      "crossedmain",
      "handled by nobody",
    ]);
    await story.getByRole("button", { name: /^Stock\.take/ }).click();
    expect(await details().textContent()).toContain("no milk in stock");
    expect(problems).toEqual([]);
  });

  it("lists the swallowed ones, and the address keeps the choice", async () => {
    await open("#view=errors");
    await page.getByRole("button", { name: "Swallowed 1" }).click();
    expect(await page.getByRole("article").count()).toBe(1);
    expect(await page.getByRole("article").textContent()).toMatch(/swallowed intryOrder/);
    expect(page.url()).toContain("part=swallowed");
    await open(new URL(page.url()).hash);
    expect(await page.getByRole("article").count()).toBe(1);
  });

  it("shows the one of many alike that the selected call ended by", async () => {
    await open("#view=tree&q=fn:parse+error:*5");
    await page.getByRole("button", { name: "Next match" }).click();
    await page.getByRole("button", { name: "Close the panel" }).click();
    await details().getByRole("button", { name: "Its way" }).click();
    await panel().getByText("6 of 9 alike").waitFor();
    expect(
      await panel()
        .getByRole("heading", { name: /bad number 5/ })
        .count(),
    ).toBe(1);
    await page.getByRole("button", { name: "Next error of this kind" }).click();
    await panel().getByText("7 of 9 alike").waitFor();
    expect(problems).toEqual([]);
  });

  it("opens calls from the frames of a stack", async () => {
    await open("#view=errors");
    const story = page.getByRole("article").first();
    await story.getByText("Stack: Error").click();
    await story.getByRole("button", { name: /^fill/ }).click();
    await story.getByRole("button", { name: /at placeOrder/ }).click();
    expect(await details().getByRole("heading").first().textContent()).toContain("placeOrder");
  });
});

describe("the view of changes", () => {
  it("shows who changed what, and leaves out who only passes it on", async () => {
    await open("#view=changes");
    const changes = panel()
      .getByRole("listitem")
      .filter({ has: page.getByRole("list") });
    expect(await changes.count()).toBe(4);
    expect(await changes.first().textContent()).toMatch(/order\.total.*0.*4\.5.*stock\.items\.cake.*3.*2/);
    await page.getByRole("checkbox").check();
    expect(await changes.count()).toBe(8);
    await page
      .getByRole("combobox", { name: "Function" })
      .selectOption({ label: "applyDiscount: 2 of 2 calls" });
    expect(await changes.count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it("leads to the history of an object", async () => {
    await open("#view=changes");
    await page
      .getByRole("button", { name: /Who changed Stock/ })
      .first()
      .click();
    expect(await page.getByRole("tab", { selected: true }).textContent()).toBe("Follow a value");
    expect(await panel().textContent()).toContain("items.cake");
    expect(page.url()).toContain("follow=%23");
  });
});

describe("the view of repeated work", () => {
  it("names what could be kept and what comes out differently", async () => {
    await open("#view=repeats");
    await panel().getByText("priceOf", { exact: true }).waitFor();
    expect(await panel().textContent()).toMatch(/×2priceOf\(sku="cake"\) → 4\.5/);
    await page.getByRole("button", { name: /different results/ }).click();
    await panel().getByText("rate", { exact: true }).click();
    await expect
      .poll(() => panel().textContent())
      .toMatch(/rate\(country="ES"\) → 1rate\(country="ES"\) → 1\.01/);
    expect(page.url()).toContain("part=differing");
    expect(problems).toEqual([]);
  });
});

describe("the view of awaiting", () => {
  it("names the promise that never settled and what others waited for", async () => {
    await open("#view=awaiting");
    expect(await panel().textContent()).toContain("Never ended: 1");
    const section = panel().locator("section");
    expect(await section.first().textContent()).toMatch(/never settled.*lost\(\)/s);
    const main = section.nth(1).getByRole("listitem").filter({ hasText: /^main/ }).first();
    expect(await main.textContent()).toMatch(/confirm\(order=/);
    expect(problems).toEqual([]);
  });
});

describe("the diagram", () => {
  it("draws messages between modules, which select calls by mouse and by keys", async () => {
    await open("#view=diagram");
    const message = page.getByRole("button", { name: /orders\.js → stock\.js: take/ }).first();
    await message.click();
    expect(await details().getByRole("heading").first().textContent()).toContain("Stock.take");
    await page
      .getByRole("button", { name: /shop\.js → orders\.js: placeOrder/ })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    expect(await details().getByRole("heading").first().textContent()).toContain("placeOrder");
    await page.getByRole("button", { name: "Below the selected call" }).click();
    expect(await page.getByRole("button", { name: /shop\.js →/ }).count()).toBe(0);
    expect(page.url()).toMatch(/part=sequence-module-\d+/);
    expect(problems).toEqual([]);
  });

  it("draws who calls whom, by class", async () => {
    await open("#view=diagram");
    await page.getByRole("button", { name: "Call graph" }).click();
    await page.getByRole("button", { name: "Classes" }).click();
    await page
      .getByRole("button", { name: /^orders\.js → Stock: ×4/ })
      .locator("text")
      .click();
    expect(await details().getByRole("heading").first().textContent()).toContain("Stock.take");
    expect(problems).toEqual([]);
  });
});

describe("following a value", () => {
  it("goes from a value in the details to all calls it went through", async () => {
    await open("#view=errors");
    await page.getByRole("button", { name: "Swallowed 1" }).click();
    await panel().getByRole("button", { name: /^fill/ }).click();
    await details().getByRole("button", { name: '"o-200"' }).click();
    await panel().getByText("calls: 4").waitFor();
    const names = await panel().getByRole("listitem").getByRole("button").allTextContents();
    expect(names.map((name) => name.replace(/\(.*/, ""))).toEqual([
      "order",
      "order",
      "tryOrder",
      "placeOrder",
      "fill",
    ]);
    await page.getByRole("searchbox", { name: "Value to follow" }).fill("mailed o-100");
    await page.keyboard.press("Enter");
    await expect.poll(() => panel().textContent()).toContain('"mailed o-100" · calls: 2');
    expect(problems).toEqual([]);
  });
});

describe("the banner", () => {
  it("says what the trace does not hold", async () => {
    await open("#view=tree");
    const banner = page.getByRole("region", { name: "What this page does not show" });
    await banner.getByText("calls not ended: 1").click();
    expect(await banner.textContent()).toContain("[Filtered]");
    await banner.getByRole("button", { name: "Show them" }).click();
    expect(await page.getByRole("combobox", { name: "Search" }).inputValue()).toBe("status:running");
    expect(problems).toEqual([]);
  });
});

describe("all these views", () => {
  const VIEWS = [
    "errors",
    "changes",
    "repeats",
    "awaiting",
    "diagram",
    "diagram&part=graph-class-0",
    "follow&follow=%231",
  ];

  it("show hostile names and values as text", async () => {
    const nasty = "<img src=x onerror=alert(1)>";
    for (const view of [...VIEWS, `follow&follow=${encodeURIComponent(nasty)}`]) {
      await open(`#view=${view}`, "hostile");
      expect(await page.locator("img").count()).toBe(0);
      expect([view, ...problems]).toEqual([view]);
    }
    expect(await panel().textContent()).toContain(`"${nasty}" · calls: 2`);
  });

  it("give axe nothing to complain about, in both themes", async () => {
    for (const theme of ["dark", "light"]) {
      for (const view of VIEWS) {
        await open(`#theme=${theme}&view=${view}`);
        await page.getByRole("region", { name: "What this page does not show" }).waitFor();
        expect([view, theme, ...(await axeViolations(page))]).toEqual([view, theme]);
      }
    }
  });

  it("can be read on a narrow screen, in Spanish", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const view of VIEWS) {
      await open(`#lang=es&view=${view}`);
      const overflow = await page.evaluate(() => {
        const panelElement = document.getElementById("panel")!;
        return [document.body.scrollWidth, panelElement.scrollWidth - panelElement.clientWidth];
      });
      expect([view, ...overflow]).toEqual([view, 360, 0]);
      expect(problems).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });
});
