import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { SplitArguments } from "./arguments.js";
import type { MessageKey } from "./messages/en.js";
import { nearest, wrongUse } from "./option-reader.js";
import { OPTIONS, type OptionSpec, PREFIX, variableOf } from "./option-table.js";
import { wrongValue } from "./option-values.js";
import { t } from "./text.js";

export type OptionValue = boolean | number | string | string[];

/** An option as it is in force, and where it comes from. */
export interface Setting {
  value: OptionValue;
  from: string;
}

/** All options in force, by name; flag over variable over file over default. */
export class Configuration {
  constructor(readonly settings: ReadonlyMap<string, Setting>) {}

  flag(name: string): boolean {
    return this.settings.get(name)?.value === true;
  }

  text(name: string): string {
    return String(this.settings.get(name)?.value ?? "");
  }

  number(name: string): number {
    return Number(this.settings.get(name)?.value ?? 0);
  }

  list(name: string): string[] {
    const value = this.settings.get(name)?.value;
    return Array.isArray(value) ? value : [];
  }

  has(name: string): boolean {
    return this.settings.has(name);
  }

  /** For `--print-config`. */
  describe(): string {
    return OPTIONS.filter(
      ({ name }) => this.settings.has(name) && name !== "script" && name !== "print-config",
    )
      .map(({ name, isSecret }) => {
        const { value, from } = this.settings.get(name)!;
        const shown =
          isSecret && Array.isArray(value) ? value.map((pair) => pair.replace(/=.*/s, "=[Filtered]")) : value;
        return `${name} = ${JSON.stringify(shown)}  (${from})`;
      })
      .join("\n");
  }
}

/**
 * Joins command line, `FLOWTRACE_*` variables and the nearest `flowtrace.config.json`, or `flowtrace` key of a
 * package.json, from `startDir` upwards.
 *
 * @throws FlowTraceError FT_USAGE for a value that is not of the option's kind, or a key that is no option
 */
export function configure(split: SplitArguments, env: NodeJS.ProcessEnv, startDir: string): Configuration {
  const settings = new Map<string, Setting>();
  for (const spec of OPTIONS) {
    if (spec.fallback !== undefined) settings.set(spec.name, { value: spec.fallback, from: "default" });
  }
  readFile(startDir, settings);
  for (const spec of OPTIONS) {
    const text = env[variableOf(spec)];
    if (text === undefined) continue;
    settings.set(spec.name, {
      value: parse(spec, spec.kind === "list" ? text.split(",") : [text], variableOf(spec)),
      from: variableOf(spec),
    });
  }
  for (const [name, texts] of split.ours) {
    const spec = OPTIONS.find((option) => option.name === name)!;
    settings.set(name, { value: parse(spec, texts, `--${name}`), from: "command line" });
  }
  return new Configuration(settings);
}

/** Those that are no option's. */
const OTHER_VARIABLES = ["FLOWTRACE_AUTOTRACE", "FLOWTRACE_CACHE_DIR", "FLOWTRACE_OUT_DIR"];

/** Variables that are none of ours, and those that they are nearly. */
export function mistakenVariables(env: NodeJS.ProcessEnv): [variable: string, near: string][] {
  const known = new Set([...OPTIONS.map(variableOf), ...OTHER_VARIABLES]);
  return Object.keys(env).flatMap((variable): [string, string][] => {
    if (!variable.startsWith(PREFIX) || known.has(variable)) return [];
    const name = variable.slice(PREFIX.length).toLowerCase().replaceAll("_", "-");
    const near = OPTIONS.find((spec) => `--${spec.name}` === nearest(OPTIONS, name));
    return near === undefined ? [] : [[variable, variableOf(near)]];
  });
}

function parse(spec: OptionSpec, texts: string[], from: string): OptionValue {
  const text = texts[texts.length - 1]!;
  switch (spec.kind) {
    case "flag":
      if (!["", "1", "0", "true", "false"].includes(text)) throw wrongValue(from, text, t("expected.flag"));
      return text !== "0" && text !== "false";
    case "number": {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      if (!isAllowed(spec, number)) throw wrongValue(from, text, t(expectedOf(spec)));
      return number;
    }
    case "list":
      return texts.filter((item) => item !== "");
    default:
      return text;
  }
}

function isAllowed({ isSigned }: OptionSpec, number: number): boolean {
  return Number.isFinite(number) && (number >= 0 || isSigned === true);
}

function expectedOf({ kind, isSigned }: OptionSpec): MessageKey {
  if (kind === "flag") return "expected.flag";
  if (kind === "list") return "expected.list";
  if (kind === "number") return isSigned ? "expected.number" : "expected.not-negative";
  return "expected.text";
}

function readFile(startDir: string, settings: Map<string, Setting>): void {
  const found = findFile(startDir);
  if (found === undefined) return;
  const { path, content } = found;
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw wrongUse(t("usage.no-object", { path }));
  }
  for (const [key, value] of Object.entries(content)) {
    const spec = OPTIONS.find(({ name }) => name === key || camelCase(name) === key);
    if (spec === undefined || spec.name === "script" || spec.name === "print-config") {
      const near = nearest(
        OPTIONS,
        key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      );
      const hint = near === undefined ? "" : t("usage.near", { option: near.slice(2) });
      throw wrongUse(t("usage.no-option", { path, key }) + hint);
    }
    settings.set(spec.name, { value: checked(spec, value, `${path}: ${key}`), from: path });
  }
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function checked(spec: OptionSpec, value: unknown, from: string): OptionValue {
  if (spec.kind === "flag" && typeof value === "boolean") return value;
  if (spec.kind === "number" && typeof value === "number" && isAllowed(spec, value)) return value;
  if (spec.kind === "list" && Array.isArray(value)) return value.map(String);
  if (spec.kind === "list" && typeof value === "string") return [value];
  if ((spec.kind === "text" || spec.kind === "optionalText") && typeof value === "string") return value;
  throw wrongValue(from, value, t(expectedOf(spec)));
}

function findFile(startDir: string): { path: string; content: unknown } | undefined {
  for (let dir = resolve(startDir); ; dir = dirname(dir)) {
    const own = join(dir, "flowtrace.config.json");
    if (existsSync(own)) return { path: own, content: parseJson(own) };
    const manifest = join(dir, "package.json");
    if (existsSync(manifest)) {
      const content = parseJson(manifest) as { flowtrace?: unknown } | null;
      return content?.flowtrace === undefined
        ? undefined
        : { path: `${manifest} (flowtrace)`, content: content.flowtrace };
    }
    if (dirname(dir) === dir) return undefined;
  }
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw wrongUse(t("usage.unreadable", { path, reason: (error as Error).message }));
  }
}
