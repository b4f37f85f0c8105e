import { FlowTraceError } from "../errors.js";
import type { OptionSpec } from "./option-table.js";
import { t } from "./text.js";

/** An option as it stands in a command line. */
export interface ReadOption {
  spec: OptionSpec;
  /** Empty for a switch, and for an optional value that was left out. */
  text: string;
  /** Arguments that its value took. */
  used: number;
}

/**
 * Reads the option at `argv[i]`: `--name value`, `--name=value`, `-n value`.
 *
 * @returns undefined when it is none of `options`
 * @throws FlowTraceError FT_USAGE for one that lacks its value, or has one that it does not take
 */
export function readOption(
  options: readonly OptionSpec[],
  argv: readonly string[],
  i: number,
): ReadOption | undefined {
  const argument = argv[i]!;
  const spec = find(options, argument);
  if (spec === undefined) return undefined;
  const equals = argument.startsWith("--") ? argument.indexOf("=") : -1;
  const own = equals >= 0 ? argument.slice(equals + 1) : undefined;
  if (spec.kind === "flag") {
    if (own !== undefined && own !== "true" && own !== "false")
      throw wrongUse(t("usage.flag-value", { option: `--${spec.name}`, text: own }));
    return { spec, text: own ?? "", used: 0 };
  }
  if (own !== undefined) return { spec, text: own, used: 0 };
  const next = argv[i + 1];
  const isValue =
    next !== undefined &&
    (spec.kind === "optionalText" ? /^[^-].*\.html?$/.test(next) : !/^--?[a-z]/i.test(next));
  if (isValue) return { spec, text: next, used: 1 };
  if (spec.kind === "optionalText") return { spec, text: "", used: 0 };
  throw wrongUse(t("usage.needs-value", { option: argument, value: spec.value! }));
}

function find(options: readonly OptionSpec[], argument: string): OptionSpec | undefined {
  if (argument.startsWith("--")) {
    const name = argument.slice(2).split("=", 1)[0]!;
    return options.find((spec) => spec.name === name || spec.alias === name);
  }
  return argument.length === 2 && argument.startsWith("-")
    ? options.find((spec) => spec.short === argument[1])
    : undefined;
}

/** @param place - what else is to be known, with a blank in front */
export function unknownOption(
  options: readonly OptionSpec[],
  argument: string,
  command: string,
  place = "",
): FlowTraceError {
  const near = attached(options, argument) ?? nearest(options, argument);
  const hint = near === undefined ? "" : t("usage.near", { option: near });
  return wrongUse(t("usage.unknown", { option: argument }) + hint + place + t("usage.see-help", { command }));
}

/** `-oout.json` for `-o out.json` */
function attached(options: readonly OptionSpec[], argument: string): string | undefined {
  const spec = /^-[a-z]./.test(argument) ? options.find(({ short }) => short === argument[1]) : undefined;
  return spec?.value === undefined ? undefined : `-${spec.short} ${argument.slice(2)}`;
}

/** The option, with its dashes, that differs from `argument` by at most two letters. */
export function nearest(options: readonly OptionSpec[], argument: string): string | undefined {
  const name = argument.replace(/^-+/, "").split("=", 1)[0]!;
  if (name.length < 3) return undefined;
  let best: string | undefined;
  let bestDistance = name.length < 6 ? 2 : 3;
  for (const spec of options) {
    if (Math.abs(name.length - spec.name.length) >= bestDistance) continue;
    const distance = editDistance(name, spec.name);
    if (distance < bestDistance) {
      best = `--${spec.name}`;
      bestDistance = distance;
    }
  }
  return best;
}

export function wrongUse(message: string): FlowTraceError {
  return new FlowTraceError("FT_USAGE", message);
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
