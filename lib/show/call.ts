import type { Value } from "../trace/format.js";
import { preview } from "../trace/preview.js";
import { selfTimes } from "../trace/statistics.js";
import { fitted } from "./terminal.js";
import type { TraceText } from "./trace-text.js";

const LONGEST_VALUE = 2000;
/** Lines that a value may take. */
const VALUE_LINES = 4;

/** One call with all its values, and where its error came from. */
export function* callDetails(text: TraceText, row: number): Generator<string> {
  const { calls, sites, errors } = text.trace;
  const { columns } = text.terminal;
  if (!Number.isInteger(row) || row >= calls.length) {
    yield text.message("none");
    return;
  }
  const site = sites[calls.site[row]!];
  const caller = calls.parent[row]!;
  yield text.styled("bold", `${text.name(row)} #${row}`);
  const facts: [string, string][] = [
    [text.message("duration"), text.time(calls.duration[row]!)],
    [text.message("self"), text.time(selfTimes(text.trace)[row]!)],
    [text.message("defined"), text.place(row)],
    [text.message("site"), site === undefined ? "" : `${site.file}:${site.line}:${site.column}`],
    [text.message("caller"), caller < 0 ? "" : `${text.name(caller)} #${caller}`],
    ...linksOf(text, row),
  ];
  for (const [label, fact] of facts) {
    if (fact === "") continue;
    yield `  ${text.styled("dim", label)} ${fitted(fact, Math.max(20, columns - label.length - 3))}`;
  }
  if (text.hasFailed(row)) {
    const label = text.message("error");
    let begin = `  ${text.styled("dim", label)} `;
    for (const line of text.errorLines(row, columns - label.length - 3)) {
      yield begin + line;
      begin = " ".repeat(label.length + 3);
    }
  }
  // The first line of a stack is the error's text again; the last ones are Node's own.
  const stack = text.hasFailed(row) ? errors[calls.error[row]!]?.stack : undefined;
  const frames = stack?.split(/\n\s*(?=at )/).slice(1) ?? [];
  for (const frame of frames)
    if (!frame.includes("node:internal/")) yield `    ${fitted(frame, columns - 4)}`;
  const after = (calls.inputsAfter[row]! < 0 ? undefined : text.value(calls.inputsAfter[row]!)) as
    | { [name: string]: Value }
    | undefined;
  yield* values(text, text.message("inputs"), Object.entries(text.inputs(row)));
  if (after !== undefined) yield* values(text, text.message("after"), Object.entries(after));
  const output = text.value(calls.output[row]!);
  if (output !== undefined) yield* values(text, text.message("output"), [["", output]]);
  const attributes = text.value(calls.attributes.get(row) ?? -1);
  if (attributes !== undefined) yield* values(text, text.message("attributes"), [["", attributes]]);
}

/** What a message led to, or came from. */
function linksOf(text: TraceText, row: number): [label: string, fact: string][] {
  const named = (call: number) => `${text.name(call)} #${call}`;
  return (text.trace.end.links ?? []).flatMap((link): [string, string][] => {
    const { call, goes_back_to: from, reference } = link;
    if (call === row) return [[text.message("goesBackTo"), from === undefined ? reference : named(from)]];
    return from === row ? [[text.message("ledTo"), named(call)]] : [];
  });
}

function* values(text: TraceText, label: string, fields: [name: string, value: Value][]): Generator<string> {
  if (fields.length === 0) return;
  yield `  ${text.styled("dim", label)}`;
  for (const [name, value] of fields) {
    const shown = `${name === "" ? "" : `${name} = `}${preview(value, LONGEST_VALUE)}`;
    yield `    ${fitted(shown, (text.terminal.columns - 4) * VALUE_LINES)}`;
  }
}
