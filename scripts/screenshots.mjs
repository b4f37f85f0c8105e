// Takes the pictures of the page that the READMEs show, of the samples' traces. Build first.
//   node scripts/screenshots.mjs   (Chromium: CHROMIUM_PATH, or /usr/bin/chromium)
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
// Its name is seen in stacks.
const folder = join(tmpdir(), "shop");
cpSync(join(root, "samples"), folder, { recursive: true });
const node = (command, ...args) =>
  execFileSync(process.execPath, [join(root, "bin", `${command}.js`), ...args], {
    cwd: folder,
    stdio: "ignore",
  });

/** @returns the page of a sample's trace */
function pageOf(sample) {
  const trace = join(folder, "trace.json");
  const page = join(folder, `${sample.replaceAll("/", "-")}.html`);
  try {
    node("flowtrace", "-o", trace, "-s", sample);
  } catch {
    // Some samples fail: that is what they show.
  }
  node("flowtrace-visual", "-i", trace, "-o", page);
  return pathToFileURL(page).href;
}

const failed = pageOf("error-internal/error-internal.js");
const checkout = pageOf("complex/checkout.js");
const PICTURES = [
  { name: "overview", url: failed, hash: "view=overview&lang=en&theme=dark" },
  { name: "tree", url: checkout, hash: "view=tree&lang=en&theme=dark", search: "fn:addTax" },
  { name: "timeline", url: checkout, hash: "view=timeline&lang=es&theme=light", search: "fn:addTax" },
  { name: "source", url: failed, hash: "view=source&lang=en&theme=light", search: "fn:validate error:*" },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
});
for (const { name, url, hash, search } of PICTURES) {
  const page = await browser.newPage({ viewport: { width: 1360, height: 800 } });
  await page.goto(`${url}#${hash}`);
  if (search !== undefined) {
    await page.locator("#search").fill(search);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("button").last().waitFor();
    // Only the tree shows what a search opens; elsewhere it would hide the view.
    if (name !== "tree")
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^(Close|Cerrar)/ })
        .click();
    await page.locator("#search").blur();
  }
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.screenshot({ path: join(root, "images", `${name}.png`) });
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });
