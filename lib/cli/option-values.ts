import { wrongUse } from "./option-reader.js";
import { t } from "./text.js";

/** An option's text as a number that is not negative; anything else is a mistake of use. */
export function numberOf(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw wrongValue(option, text, t("expected.not-negative"));
  return value;
}

/** An option's text as one of those allowed; anything else is a mistake of use. */
export function choiceOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  if ((allowed as readonly string[]).includes(text)) return text as T;
  const first = allowed.slice(0, -1).join(", ");
  throw wrongValue(option, text, t("usage.choices", { first, last: allowed.at(-1)! }));
}

/** @param value - as it was given, of any kind where it comes from a file */
export function wrongValue(option: string, value: unknown, expected: string): Error {
  return wrongUse(t("usage.value", { option, text: JSON.stringify(value), expected }));
}
