import { FlowTraceError } from "../errors.js";

/** An option's text as a number that is not negative; anything else is a mistake of use. */
export function numberOf(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0))
    throw new FlowTraceError("FT_USAGE", `${option} is "${text}", expected a number.`);
  return value;
}

/** An option's text as one of those allowed; anything else is a mistake of use. */
export function choiceOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  if ((allowed as readonly string[]).includes(text)) return text as T;
  throw new FlowTraceError("FT_USAGE", `${option} is "${text}", expected ${listed(allowed)}.`);
}

/** `a, b or c` */
function listed(texts: readonly string[]): string {
  return [texts.slice(0, -1).join(", "), texts.at(-1)].join(" or ");
}
