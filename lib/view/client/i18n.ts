import { en, type MessageKey, type Messages } from "../messages/en.js";
import { es } from "../messages/es.js";
import { bytes, count, duration } from "../units.js";

const CATALOGUES: Record<string, Messages> = { en, es };
let language = "en";

export function setLanguage(name: string): void {
  language = name in CATALOGUES ? name : "en";
  document.documentElement.lang = language;
}

export function currentLanguage(): string {
  return language;
}

/** A text in the page's language, its places filled in. */
export function t(key: MessageKey, places: Record<string, string | number> = {}): string {
  return CATALOGUES[language]![key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(places[name] ?? whole),
  );
}

export const time = (ms: number): string => duration(ms, language);
export const number = (n: number): string => count(n, language);
export const size = (n: number): string => bytes(n, language);
export const date = (unixMs: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(unixMs);
