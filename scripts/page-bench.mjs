// How large and how fast the page of a large trace is: node scripts/page-bench.mjs <trace.json> [query]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [input, query = "item-99999"] = process.argv.slice(2);
if (input === undefined) {
  process.stderr.write("Usage: npm run bench:page -- <trace.json> [query]\n");
  process.exit(2);
}
const report = (what, value, bar) => process.stdout.write(`${what.padEnd(34)} ${value} (bar: ${bar})\n`);
const folder = mkdtempSync(join(tmpdir(), "flowtrace-page-bench-"));
const output = join(folder, "page.html");
let browser;
try {
  let before = performance.now();
  const command = join(import.meta.dirname, "..", "bin", "flowtrace-visual.js");
  execFileSync(process.execPath, [command, "-i", resolve(input), "-o", output], { stdio: "ignore" });
  report("render", `${((performance.now() - before) / 1000).toFixed(1)} s`, "6 s");
  report("size", `${(statSync(output).size / 1e6).toFixed(1)} MB`, "25 MB");

  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
  });
  const page = await browser.newPage();
  before = performance.now();
  await page.goto(`${pathToFileURL(output).href}#view=tree&lang=en`, { waitUntil: "commit" });
  await page.getByRole("treeitem").first().waitFor();
  report("interactive", `${((performance.now() - before) / 1000).toFixed(2)} s`, "1.5 s");

  // The listener works synchronously: when the event has been dispatched, the count is on the page.
  const search = await page.evaluate((text) => {
    const box = document.getElementById("search");
    box.value = text;
    const start = performance.now();
    box.dispatchEvent(new Event("input"));
    return { ms: performance.now() - start, found: document.querySelector(".found").textContent };
  }, query);
  report(`search ${query} (${search.found})`, `${search.ms.toFixed(0)} ms`, "300 ms");

  await page.getByRole("button", { name: "Expand all" }).click();
  const frames = await page.evaluate(async () => {
    const scroller = document.querySelector('[role="tree"]');
    const times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let i = 0; i < 60; i++) {
      scroller.scrollTop += 260;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times.sort((a, b) => a - b);
  });
  report("scrolling the tree, median frame", `${frames[30].toFixed(1)} ms`, "20 ms");

  await page.getByRole("tab", { name: "Timeline" }).click();
  const zooms = await page.evaluate(async () => {
    const canvas = document.querySelector(".plot canvas");
    // Far from the start, so that all calls before it have to be passed over.
    const { left, width } = canvas.getBoundingClientRect();
    const times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let i = 0; i < 40; i++) {
      const deltaY = i < 20 ? -100 : 100;
      canvas.dispatchEvent(
        new WheelEvent("wheel", { deltaY, clientX: left + width * 0.7, cancelable: true }),
      );
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times.sort((a, b) => a - b);
  });
  report("zooming the timeline, median frame", `${zooms[20].toFixed(1)} ms`, "20 ms");
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  report("JS heap", `${(heap / 1e6).toFixed(0)} MB`, "400 MB");
} finally {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
}
