import { nearest, type ReadOption, readOption, unknownOption, wrongUse } from "./option-reader.js";
import { OPTIONS } from "./option-table.js";
import { t } from "./text.js";

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
      else if (rest.length === 0) throw wrongUse(t("usage.no-command"));
      else split.command = rest;
      break;
    }
    const option = readOption(OPTIONS, argv, i);
    if (option !== undefined) {
      take(split, option, argument);
      i += option.used;
    } else if (split.script !== undefined) {
      const near = argument.startsWith("--") ? nearest(OPTIONS, argument) : undefined;
      if (near !== undefined) split.warnings.push(t("run.passed-on", { argument, near }));
      split.scriptArguments.push(argument);
    } else if (argument === "--help" || argument === "-h") split.help = true;
    else if (argument === "--version" || argument === "-V") split.version = true;
    else if (argument.startsWith("-") && argument !== "-") {
      const place = argv.some((other) => other === "-s" || other === "--script")
        ? t("usage.after-script")
        : "";
      throw unknownOption(OPTIONS, argument, "flowtrace", place);
    } else if (scriptComesLater(argv, i)) throw wrongUse(t("usage.before-script", { argument }));
    else {
      split.script = argument;
      split.scriptArguments.push(...argv.slice(i + 1));
      break;
    }
  }
  return split;
}

function take(split: SplitArguments, { spec, text }: ReadOption, argument: string): void {
  // `-s "$SCRIPT"` with a variable that is not set
  if (text === "" && (spec.name === "script" || spec.name === "output"))
    throw wrongUse(t("usage.needs-value", { option: argument.split("=", 1)[0]!, value: spec.value! }));
  if (spec.name !== "script") {
    split.ours.set(spec.name, [...(split.ours.get(spec.name) ?? []), text]);
    return;
  }
  if (split.script !== undefined)
    throw wrongUse(t("usage.script-twice", { first: split.script, second: text }));
  split.script = text;
}

function scriptComesLater(argv: readonly string[], from: number): boolean {
  const end = argv.indexOf("--", from);
  const rest = argv.slice(from, end < 0 ? undefined : end);
  return rest.some(
    (argument) => argument === "-s" || argument === "--script" || argument.startsWith("--script="),
  );
}
