import { FlowTraceError } from "../errors.js";
import { grouped as separated } from "../grouped.js";
import { en, type MessageKey, type Messages } from "./messages/en.js";
import { es } from "./messages/es.js";

export type Language = "en" | "es";

/** The language that the shell asks for, in the order of POSIX; English for any that we do not speak. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const asked = env.LC_ALL || env.LC_MESSAGES || env.LANG || "";
  return /^es(?![a-z])/i.test(asked) ? "es" : "en";
}

/** A message in the language of the shell, with its places filled in. */
export function t(key: MessageKey, places: Record<string, string | number> = {}): string {
  return textIn(languageOf(process.env), key, places);
}

/** The same in a language of the caller's choice. */
export function textIn(
  language: Language,
  key: MessageKey,
  places: Record<string, string | number> = {},
): string {
  return messagesIn(language)[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(places[name] ?? whole),
  );
}

/** Made when they are asked for: of what V8 keeps of a run, the other language's are no part. */
let spanish: Messages | undefined;

function messagesIn(language: Language): Messages {
  if (language === "en") return en;
  spanish ??= es();
  return spanish;
}

/** How many of something, in its singular or its plural. */
export function counted(one: MessageKey, many: MessageKey, n: number): string {
  return n === 1 ? t(one) : t(many, { count: grouped(n) });
}

/** `1,234,567`; in Spanish `1.234.567`, but `1234`. */
export function grouped(n: number): string {
  if (languageOf(process.env) === "en") return separated(n);
  return n < 10_000 ? `${n}` : separated(n, ".");
}

/** A number with so many decimals, as the language writes them. */
export function decimal(n: number, digits: number): string {
  const text = n.toFixed(digits);
  return languageOf(process.env) === "en" ? text : text.replace(".", ",");
}

/** What an error says, in the language of the shell where it knows it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const spanish = error instanceof FlowTraceError ? error.spanish : undefined;
  return languageOf(process.env) === "es" ? (spanish ?? error.message) : error.message;
}
