import { statSync } from "node:fs";
import { resolve } from "node:path";
import { readTraceFile } from "../files/trace-file.js";
import { subsetTrace } from "../trace/subset.js";
import { writeHtmlFile } from "../view/render.js";
import { type Command, commandMain } from "./command-line.js";
import { filterOf } from "./filter.js";
import { openPage, pageBeside } from "./open-page.js";
import { notOnto } from "./output-place.js";
import { megabytes, progressLine, readingProgress, say, seconds, shownPath } from "./report.js";
import { t } from "./text.js";

export const VISUAL: Command = {
  name: "flowtrace-visual",
  usage: "visual.usage",
  about: "visual.about",
  examples: "visual.examples",
  options: [
    {
      name: "input",
      short: "i",
      kind: "text",
      value: "file",
      help: "visual.input",
      fallback: "flowtrace.json",
    },
    { name: "output", short: "o", kind: "text", value: "file", help: "visual.output" },
    { name: "lang", kind: "text", value: "en|es", help: "visual.lang", fallback: "en" },
    { name: "theme", kind: "text", value: "dark|light|auto", help: "visual.theme", fallback: "dark" },
    { name: "title", kind: "text", value: "text", help: "visual.title" },
    { name: "filter", kind: "text", value: "query", help: "visual.filter" },
    { name: "no-sources", kind: "flag", help: "visual.no-sources" },
    { name: "salvage", kind: "flag", help: "option.salvage" },
    { name: "open", kind: "flag", help: "visual.open" },
  ],
};

/** The command `flowtrace-visual`. */
export const main = commandMain(VISUAL, async (given) => {
  const { input } = given;
  const output = resolve(given.text("output") ?? pageBeside(input));
  notOnto(input, output);
  const title = given.text("title");
  const filter = given.text("filter");
  const options = {
    language: given.choice("lang", ["en", "es"])!,
    theme: given.choice("theme", ["dark", "light", "auto"])!,
    sources: !given.flag("no-sources"),
    ...(title === undefined ? {} : { title }),
  };
  const before = performance.now();
  const progress = progressLine();
  const whole = await readTraceFile(input, {
    salvage: given.flag("salvage"),
    onProgress: readingProgress(progress),
  });
  const trace = filter === undefined ? whole : subsetTrace(whole, filterOf(whole, filter), filter);
  await writeHtmlFile(trace, output, { ...options, onProgress: progress });
  progress("");
  const size = megabytes(statSync(output).size);
  say(t("run.page-in", { path: shownPath(output), size, time: seconds(performance.now() - before) }));
  if (given.flag("open")) await openPage(output);
});
