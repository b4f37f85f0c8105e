import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTraceFile } from "../../lib/files/trace-file.js";
import { command, folderWith, ROOT } from "../support/run.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

let browser: Browser;
let cwd: string;
const problems: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  cwd = folderWith({
    "hostile.js": [
      "const nasty = '</script><script>document.title=1</script><img src=x onerror=alert(1)>{{this}} javascript:alert(1) \\u202e \\u0000';",
      "class Evil { ['<b>' + nasty](value) { throw new Error(nasty) } }",
      "try { new Evil()['<b>' + nasty]({ [nasty]: nasty, __proto__: null }) } catch {}",
    ].join("\n"),
    "handled.js": [
      "function check(name) { throw new Error('no ' + name) }",
      "function main() {",
      "  for (const name of ['first', 'second']) try { check(name) } catch {}",
      "  process.exitCode = 3;",
      "}",
      "main();",
    ].join("\n"),
  });
  await command("flowtrace", ["-s", "handled.js", "-o", "handled.json"], { cwd });
  await command(
    "flowtrace",
    ["-s", join(ROOT, "samples/error-internal/error-internal.js"), "-o", "failed.json"],
    { cwd },
  );
  await command("flowtrace", ["-s", "hostile.js", "-o", "hostile.json"], { cwd });
  for (const name of ["failed", "hostile", "handled"])
    await command("flowtrace-visual", ["-i", `${name}.json`], { cwd });
});

afterAll(() => browser?.close());

async function open(name: string, hash = ""): Promise<Page> {
  problems.length = 0;
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:") && !request.url().startsWith("data:"))
      problems.push(request.url());
  });
  await page.goto(pathToFileURL(join(cwd, `${name}.html`)).href + hash);
  await page.getByRole("tabpanel").waitFor();
  return page;
}

describe("the page", () => {
  it("opens on the failing path, whose steps lead into the tree", async () => {
    const page = await open("failed");
    await page.getByRole("heading", { name: "What went wrong" }).waitFor();
    await page
      .getByRole("button", { name: /^validate/ })
      .first()
      .click();
    const selected = page.getByRole("treeitem", { selected: true });
    await selected.waitFor();
    expect(await selected.textContent()).toContain("quantity of cake must be positive");
    expect(await page.getByRole("complementary").textContent()).toContain("RangeError");
    expect(problems).toEqual([]);
  });

  it("searches, counts, steps through matches and keeps its state in the address", async () => {
    const page = await open("failed", "#view=tree&theme=dark&lang=en");
    await page.getByRole("combobox", { name: "Search" }).fill("fn:price");
    await page.getByRole("button", { name: "Next match" }).click();
    await expect.poll(() => page.getByRole("status").first().textContent()).toBe("1 of 3");
    expect(page.url()).toContain("q=fn%3Aprice");
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await page.getByRole("treeitem", { selected: true }).waitFor();
    expect(await page.getByRole("combobox", { name: "Search" }).inputValue()).toBe("fn:price");
    expect(problems).toEqual([]);
  });

  it("holds the tree to the matches and their callers, and saves them as a trace and as CSV", async () => {
    const page = await open("failed", "#view=tree&theme=dark&lang=en");
    await page.getByRole("button", { name: "Expand all" }).click();
    const lines = page.getByRole("treeitem");
    const before = await lines.count();
    await page.getByRole("combobox", { name: "Search" }).fill("fn:validate error:*");
    await page.getByRole("button", { name: "Only matches" }).click();
    await expect.poll(() => lines.count()).toBeLessThan(before);
    expect(await lines.last().textContent()).toContain("quantity of cake must be positive");
    expect(page.url()).toContain("only=1");
    const saved = async (name: string): Promise<string> => {
      await page.getByRole("button", { name: "Save", exact: true }).click();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name }).click(),
      ]);
      return file.path();
    };
    const trace = await readTraceFile(await saved("Save matches (JSON)"));
    expect(trace.calls.length).toBe(await lines.count());
    expect(trace.end.warnings.map(({ code }) => code)).toContain("subset");
    const csv = readFileSync(await saved("Save matches (CSV)"), "utf8")
      .trim()
      .split("\n");
    expect(csv[0]).toMatch(/^id,parent,function/);
    expect(csv).toHaveLength(2);
    expect(csv[1]).toContain('"validate"');
    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.getByRole("tab", { name: "Tree" }).click();
    await page.getByRole("button", { name: "Only matches" }).click();
    await expect.poll(() => lines.count()).toBeGreaterThan(2);
    expect(problems).toEqual([]);
  });

  it("is made of the calls that a filter lets through", async () => {
    const args = ["-i", "failed.json", "-o", "filtered.html", "--filter"];
    await command("flowtrace-visual", [...args, "fn:validate error:*"], { cwd });
    const page = await open("filtered", "#view=tree&lang=en");
    await page.getByRole("button", { name: "Expand all" }).click();
    expect(await page.getByRole("tree").textContent()).toContain("validate");
    expect(await page.getByRole("treeitem").filter({ hasText: "validate(" }).count()).toBe(1);
    expect(problems).toEqual([]);
    const wrong = await command("flowtrace-visual", [...args, "nonsense>1"], { cwd });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain('--filter: "nonsense" is not something to ask for');
  });

  it("says that an error which was handled is only a guess at what went wrong", async () => {
    const page = await open("handled");
    await page.getByRole("heading", { name: "The last error that was handled" }).waitFor();
    expect(await page.getByRole("heading", { name: "Ended with exit code 3" }).count()).toBe(1);
    expect(await page.locator(".outcome").textContent()).toBe("Ended with exit code 3");
    const steps = await page.locator(".path .name").allTextContents();
    expect(steps).toEqual(["handled.js", "main", "check"]);
    expect(await page.locator(".path .thrower").textContent()).toContain('name="second"');
  });

  it("breaks long paths behind their slashes, and not within a name", async () => {
    const path = "node_modules/a-package/source/HandledErrors.ts";
    writeFileSync(
      join(cwd, "long.json"),
      readFileSync(join(cwd, "handled.json"), "utf8").replaceAll('"handled.js"', JSON.stringify(path)),
    );
    await command("flowtrace-visual", ["-i", "long.json"], { cwd });
    const page = await open("long");
    const places = await page.locator(".bars .place").evaluateAll((elements) =>
      elements.map((element) => {
        const lines = [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => {
            const range = document.createRange();
            range.selectNode(node);
            return new Set([...range.getClientRects()].map(({ top }) => top)).size;
          });
        return { text: element.textContent, lines };
      }),
    );
    expect(places[0]).toEqual({ text: path, lines: [1, 1, 1, 1] });
    await page.close();
  });

  it("is printed in dark ink, without what is there to be clicked, and is dark again afterwards", async () => {
    const page = await open("failed", "#view=overview&theme=dark&lang=en");
    await page.emulateMedia({ media: "print" });
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    expect(await page.getByRole("heading", { name: "FlowTrace" }).isVisible()).toBe(true);
    expect(await page.getByRole("heading", { name: "What went wrong" }).isVisible()).toBe(true);
    for (const role of ["tab", "combobox", "searchbox"] as const)
      expect(await page.getByRole(role).count()).toBe(0);
    await page.emulateMedia({ media: "screen" });
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    expect(problems).toEqual([]);
  });

  it("speaks both languages and has both themes", async () => {
    const page = await open("failed");
    await page.getByRole("combobox", { name: "Language" }).selectOption("es");
    await page.getByRole("heading", { name: "Qué ha fallado" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("es");
    await page.getByRole("button", { name: "Tema claro" }).click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    expect(problems).toEqual([]);
  });

  it("draws every view without a fault", async () => {
    const page = await open("failed");
    for (const name of ["Tree", "Timeline", "Flame graph", "Functions", "Errors", "Source", "Overview"]) {
      await page.getByRole("tab", { name }).click();
      await expect.poll(() => page.getByRole("tab", { name }).getAttribute("aria-selected")).toBe("true");
    }
    expect(problems).toEqual([]);
  });

  it("is operated by keys alone", async () => {
    const page = await open("failed");
    await page.keyboard.press("2");
    await page.getByRole("tree").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("treeitem", { selected: true }).textContent()).toContain("process");
    await page.keyboard.press("f");
    await expect
      .poll(() => page.getByRole("treeitem", { selected: true }).textContent())
      .toContain("validate");
    expect(problems).toEqual([]);
  });

  it("shows hostile names and values as text", async () => {
    const page = await open("hostile", "#view=tree&call=1");
    expect(await page.title()).toContain("hostile.js");
    expect(await page.getByRole("tree").textContent()).toContain("<img src=x onerror=alert(1)>");
    expect(await page.locator("img").count()).toBe(0);
    await page.getByRole("tab", { name: "Errors" }).click();
    expect(await page.getByRole("tabpanel").textContent()).toContain("</script>");
    expect(problems).toEqual([]);
  });
});
