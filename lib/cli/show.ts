import { readTraceFile } from "../files/trace-file.js";
import type { CallChoice } from "../show/chosen-calls.js";
import { describeTrace } from "../show/describe.js";
import { showTrace } from "../show/show.js";
import { type Command, commandMain, type Given } from "./command-line.js";
import { asWrongUse } from "./filter.js";
import { columnsOf } from "./help.js";
import { wrongUse } from "./option-reader.js";
import { numberOf } from "./option-values.js";
import { languageOf, t } from "./text.js";

export const SHOW: Command = {
  name: "flowtrace-show",
  usage: "show.usage",
  about: "show.about",
  examples: "show.examples",
  options: [
    {
      name: "input",
      short: "i",
      kind: "text",
      value: "file",
      help: "show.input",
      fallback: "flowtrace.json",
    },
    { name: "depth", kind: "number", value: "n", help: "show.depth", fallback: 5 },
    { name: "filter", kind: "text", value: "query", help: "show.filter" },
    { name: "min-duration", kind: "number", value: "ms", help: "show.min-duration" },
    { name: "errors", kind: "flag", help: "show.errors" },
    { name: "call", kind: "number", value: "id", help: "show.call" },
    { name: "top", kind: "number", value: "n", help: "show.top", fallback: 8 },
    { name: "lang", kind: "text", value: "en|es", help: "show.lang" },
    { name: "json", kind: "flag", help: "show.json" },
    { name: "salvage", kind: "flag", help: "option.salvage" },
  ],
};

/** The command `flowtrace-show`. */
export const main = commandMain(SHOW, async (given) => {
  const { stdout, env } = process;
  const language = given.choice("lang", ["en", "es"]) ?? languageOf(env);
  const choice = choiceOfCalls(given);
  const call = callOf(given);
  const depth = given.number("depth")!;
  const top = given.number("top")!;
  const trace = await readTraceFile(given.input, { salvage: given.flag("salvage") });
  const last = trace.calls.length - 1;
  if (call !== undefined && call > last && !given.flag("json"))
    throw wrongUse(t("usage.no-call", { call, last }));
  const asked = { ...choice, top, ...(call === undefined ? {} : { call }) };
  try {
    if (given.flag("json")) {
      stdout.write(`${JSON.stringify(describeTrace(trace, asked), null, 2)}\n`);
      return;
    }
    const colors = stdout.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
    const terminal = { colors, columns: columnsOf(stdout, env) };
    for (const line of showTrace(trace, { ...asked, terminal, language, depth })) stdout.write(`${line}\n`);
  } catch (error) {
    throw asWrongUse(error);
  }
});

function choiceOfCalls(given: Given): CallChoice {
  const filter = given.text("filter");
  const minDuration = given.number("min-duration");
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(minDuration === undefined ? {} : { minDuration }),
    ...(given.flag("errors") ? { errorsOnly: true } : {}),
  };
}

/** `42`, or `#42` as it stands in the tree. */
function callOf(given: Given): number | undefined {
  const text = given.text("call");
  return text === undefined ? undefined : numberOf(text.replace(/^#/, ""), "--call");
}
