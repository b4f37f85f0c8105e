import type { MessageKey } from "./messages/en.js";
import type { OptionSpec } from "./option-table.js";
import { type Language, languageOf, textIn } from "./text.js";

/** A command as its help tells of it. */
export interface Described {
  options: readonly OptionSpec[];
  usage: MessageKey;
  about: MessageKey;
  notes?: MessageKey;
  examples?: MessageKey;
  /** For places in the options' texts. */
  places?: Record<string, string>;
}

/** Help and version are asked for by any command. */
export const ASKING: readonly OptionSpec[] = [
  { name: "help", short: "h", kind: "flag", help: "option.help" },
  { name: "version", short: "V", kind: "flag", help: "option.version" },
];

/** Options that take more have their text below them. */
const WIDEST_OPTION = 34;
const INDENT = "  ";

/** What `--help` prints, in lines of so many columns where words allow. */
export function helpText(
  { options, usage, about, notes, examples, places = {} }: Described,
  columns = columnsOf(process.stdout, process.env),
  language: Language = languageOf(process.env),
): string {
  const say = (key: MessageKey): string => textIn(language, key, places);
  const all = [...options, ...ASKING];
  const width =
    Math.max(...all.map((spec) => left(spec).length).filter((taken) => taken <= WIDEST_OPTION)) + 2;
  const lines: string[] = [];
  for (const [i, line] of say(usage).split("\n").entries()) {
    const heading = say("help.usage");
    lines.push(`${i === 0 ? heading : " ".repeat(heading.length)} ${line}`);
  }
  lines.push("", ...wrapped(say(about), columns));
  const first = all.findIndex(({ group }) => group !== undefined);
  for (const [i, spec] of all.entries()) {
    if (i === 0) lines.push("", say("help.options"));
    else if (spec.group !== undefined) lines.push("", say(spec.group));
    else if (first >= 0 && spec === ASKING[0]) lines.push("");
    lines.push(...option(spec, width, columns, say, language));
  }
  if (notes !== undefined) lines.push("", ...wrapped(say(notes), columns));
  if (examples !== undefined) {
    lines.push("", say("help.examples"));
    for (const line of say(examples).split("\n")) lines.push(`${INDENT}${line}`);
  }
  return `${lines.join("\n")}\n`;
}

function left(spec: OptionSpec): string {
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  const alias = spec.alias === undefined ? "" : `, --${spec.alias}`;
  const value =
    spec.kind === "flag" ? "" : spec.kind === "optionalText" ? ` [${spec.value}]` : ` <${spec.value}>`;
  return `${INDENT}${short}--${spec.name}${alias}${value}`;
}

function option(
  spec: OptionSpec,
  width: number,
  columns: number,
  say: (key: MessageKey) => string,
  language: Language,
): string[] {
  const { fallback } = spec;
  const told = fallback === undefined ? "" : ` ${textIn(language, "help.default", { value: fallback })}`;
  const name = left(spec);
  const [begin = "", ...rest] = wrapped(say(spec.help) + told, columns - width).map(
    (line) => " ".repeat(width) + line,
  );
  return name.length + 2 > width ? [name, begin, ...rest] : [name + begin.slice(name.length), ...rest];
}

/** A text in lines of so many columns, and no fewer than some that can be read. */
function wrapped(text: string, columns: number): string[] {
  const most = Math.max(24, columns);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

const READABLE_COLUMNS = 100;

/** The width of a terminal; where there is none, what the shell says, or what reads well. */
export function columnsOf(stream: { columns?: number }, env: NodeJS.ProcessEnv): number {
  return stream.columns || Number(env.COLUMNS) || READABLE_COLUMNS;
}
