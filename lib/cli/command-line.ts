import { resolve } from "node:path";
import { version } from "../version.js";
import { ASKING, type Described, helpText } from "./help.js";
import { readOption, unknownOption, wrongUse } from "./option-reader.js";
import type { OptionSpec } from "./option-table.js";
import { choiceOf, numberOf } from "./option-values.js";
import { runCommand } from "./report.js";
import { t } from "./text.js";

/** A command that reads what is there, as all but `flowtrace` are: its arguments are its own. */
export interface Command extends Described {
  name: string;
}

/** What a command was given. */
export class Given {
  constructor(
    private readonly command: Command,
    private readonly texts: ReadonlyMap<string, readonly string[]>,
    /** The one argument that is no option. */
    readonly argument: string | undefined,
  ) {}

  /** Undefined when it was not given and has no default. */
  text(name: string): string | undefined {
    const { fallback } = this.spec(name);
    return this.texts.get(name)?.at(-1) ?? (fallback === undefined ? undefined : `${fallback}`);
  }

  flag(name: string): boolean {
    return this.texts.has(name) && this.text(name) !== "false";
  }

  list(name: string): readonly string[] | undefined {
    return this.texts.get(name);
  }

  /** @throws FlowTraceError FT_USAGE for what is no number from 0 up */
  number(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : numberOf(text, `--${name}`);
  }

  /** @throws FlowTraceError FT_USAGE for what is none of the option's choices */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : choiceOf(text, choices, `--${name}`);
  }

  /** The trace, as an absolute path: `-i`, or the argument. */
  get input(): string {
    return resolve(this.texts.get("input")?.at(-1) ?? this.argument ?? "flowtrace.json");
  }

  private spec(name: string): OptionSpec {
    return this.command.options.find((spec) => spec.name === name)!;
  }
}

/** Makes a command's `main` of what it does with what it is given. */
export function commandMain(
  command: Command,
  body: (given: Given) => Promise<void> | void,
): (argv?: readonly string[]) => void {
  return (argv = process.argv.slice(2)) => {
    // `flowtrace-show | head` has seen enough.
    process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE") process.exit(0);
    });
    void runCommand(async () => {
      const given = read(command, argv);
      if (given.flag("help")) process.stdout.write(helpText(command));
      else if (given.flag("version")) process.stdout.write(`${version()}\n`);
      else await body(given);
    });
  };
}

function read(command: Command, argv: readonly string[]): Given {
  const options = [...command.options, ...ASKING];
  const texts = new Map<string, string[]>();
  let argument: string | undefined;
  let isOver = false;
  for (let i = 0; i < argv.length; i++) {
    const next = argv[i]!;
    if (!isOver && next === "--") {
      isOver = true;
      continue;
    }
    const option = isOver ? undefined : readOption(options, argv, i);
    if (option !== undefined) {
      const { spec, text, used } = option;
      texts.set(spec.name, [...(texts.get(spec.name) ?? []), text]);
      i += used;
    } else if (!isOver && next.startsWith("-") && next !== "-")
      throw unknownOption(options, next, command.name);
    else if (argument !== undefined) throw wrongUse(t("usage.too-many", { argument: next }));
    else argument = next;
  }
  if (argument !== undefined && texts.has("input")) throw wrongUse(t("usage.too-many", { argument }));
  return new Given({ ...command, options }, texts, argument);
}
