import { FlowTraceError } from "../errors.js";
import { OPTIONS, type OptionSpec } from "./option-table.js";

/** A command line taken apart: what is FlowTrace's, and what is the program's. */
export interface SplitArguments {
  /** Option name → texts as given; flags have an empty one. */
  ours: Map<string, string[]>;
  script: string | undefined;
  /** `flowtrace -- npm test`: the command, instead of a script. */
  command: string[] | undefined;
  scriptArguments: string[];
  warnings: string[];
  help: boolean;
  version: boolean;
}

/**
 * Splits `flowtrace`'s arguments.
 *
 * - `-s app.js`: our options may stand on both sides of it; what we do not know goes to the script, in order, and so does
 *   everything after `--`.
 * - `flowtrace [options] app.js …`: everything after the script is the script's.
 * - `flowtrace [options] -- command …`: the command.
 *
 * @throws FlowTraceError FT_USAGE for an option we do not know before the script, or one that lacks its value
 */
export function splitArguments(argv: readonly string[]): SplitArguments {
  const split: SplitArguments = {
    ours: new Map(),
    script: undefined,
    command: undefined,
    scriptArguments: [],
    warnings: [],
    help: false,
    version: false,
  };
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === "--") {
      const rest = argv.slice(i + 1);
      if (split.script !== undefined) split.scriptArguments.push(...rest);
      else split.command = rest;
      break;
    }
    const spec = findOption(argument);
    if (spec !== undefined) {
      i += take(split, spec, argument, argv, i);
      continue;
    }
    if (split.script === undefined && (argument === "--help" || argument === "-h")) split.help = true;
    else if (split.script === undefined && (argument === "--version" || argument === "-V"))
      split.version = true;
    else if (argument.startsWith("-") && argument !== "-" && split.script === undefined)
      throw unknownOption(argument, argv);
    else if (split.script === undefined && scriptComesLater(argv, i)) {
      throw new FlowTraceError(
        "FT_USAGE",
        `"${argument}" stands before -s: what is the program's goes after it.`,
      );
    } else if (split.script === undefined) {
      split.script = argument;
      split.scriptArguments.push(...argv.slice(i + 1));
      break;
    } else {
      const near = argument.startsWith("--") ? nearest(argument) : undefined;
      if (near !== undefined) {
        split.warnings.push(
          `${argument} is passed to the script; if you meant --${near}, that is FlowTrace's.`,
        );
      }
      split.scriptArguments.push(argument);
    }
  }
  return split;
}

function findOption(argument: string): OptionSpec | undefined {
  if (argument.startsWith("--")) {
    const name = argument.slice(2).split("=", 1)[0]!;
    return OPTIONS.find((spec) => spec.name === name || spec.alias === name);
  }
  return argument.length === 2 && argument.startsWith("-")
    ? OPTIONS.find((spec) => spec.short === argument[1])
    : undefined;
}

/** Takes an option and its value; returns how many further arguments it used. */
function take(
  split: SplitArguments,
  spec: OptionSpec,
  argument: string,
  argv: readonly string[],
  i: number,
): number {
  const equals = argument.startsWith("--") ? argument.indexOf("=") : -1;
  let text = equals >= 0 ? argument.slice(equals + 1) : undefined;
  let used = 0;
  if (spec.kind === "flag") {
    if (text !== undefined && text !== "true" && text !== "false") {
      throw new FlowTraceError("FT_USAGE", `--${spec.name} is a switch and takes no value (got "${text}").`);
    }
  } else if (text === undefined) {
    const next = argv[i + 1];
    const isValue =
      next !== undefined &&
      (spec.kind === "optionalText" ? /^[^-].*\.html?$/.test(next) : !/^--?[a-z]/i.test(next));
    if (isValue) {
      text = next;
      used = 1;
    } else if (spec.kind !== "optionalText") {
      throw new FlowTraceError("FT_USAGE", `${argument} needs a value: ${argument} <${spec.value}>.`);
    }
  }
  if (spec.name === "script") {
    if (split.script !== undefined)
      throw new FlowTraceError("FT_USAGE", `-s was given twice: ${split.script} and ${text}.`);
    split.script = text;
    return used;
  }
  split.ours.set(spec.name, [...(split.ours.get(spec.name) ?? []), text ?? ""]);
  return used;
}

function scriptComesLater(argv: readonly string[], from: number): boolean {
  const end = argv.indexOf("--", from);
  const rest = argv.slice(from, end < 0 ? undefined : end);
  return rest.some(
    (argument) => argument === "-s" || argument === "--script" || argument.startsWith("--script="),
  );
}

function unknownOption(argument: string, argv: readonly string[]): FlowTraceError {
  const near = nearest(argument);
  const hint = near === undefined ? "" : ` Did you mean --${near}?`;
  const place = argv.some((other) => other === "-s" || other === "--script")
    ? " Options of the program go after -s <file>."
    : "";
  return new FlowTraceError(
    "FT_USAGE",
    `unknown option ${argument}.${hint}${place} flowtrace --help lists them all.`,
  );
}

/** Our option that differs from `argument` by at most two letters. */
function nearest(argument: string): string | undefined {
  const name = argument.replace(/^-+/, "").split("=", 1)[0]!;
  if (name.length < 3) return undefined;
  let best: string | undefined;
  let bestDistance = name.length < 6 ? 2 : 3;
  for (const spec of OPTIONS) {
    const distance = editDistance(name, spec.name);
    if (distance < bestDistance) {
      best = spec.name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, delete, replace or swap (optimal string alignment distance). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
