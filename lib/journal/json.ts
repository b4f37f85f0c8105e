import { isArray, objectKeys, quote } from "../primordials.js";

/**
 * JSON of our own plain data. Not `JSON.stringify`: that calls `toJSON`, which a program may have put on
 * `Object.prototype` or `Array.prototype`.
 */
export function plainJson(value: unknown): string {
  if (typeof value === "string") return quote(value);
  // NaN and the infinities have no difference of 0 with themselves; JSON has no word for them.
  if (typeof value === "number") return value - value === 0 ? `${value}` : "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value !== "object" || value === null) return "null";
  let text = "";
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) text += (i > 0 ? "," : "") + plainJson(value[i]);
    return `[${text}]`;
  }
  const keys = objectKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const field = (value as Record<string, unknown>)[keys[i]!];
    if (field !== undefined) text += `${text === "" ? "" : ","}${quote(keys[i]!)}:${plainJson(field)}`;
  }
  return `{${text}}`;
}
