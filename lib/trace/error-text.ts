import type { ErrorInfo } from "./format.js";

/** What stands as `error` of a call that threw something nobody saw. */
export const UNSEEN_ERROR = "(thrown, and taken by code that is not traced)";

/** An error as the `error` of a call: `TypeError: x is not a function`. */
export function errorText({ name, message }: ErrorInfo): string {
  if (name === "") return message;
  return message === "" ? name : `${name}: ${message}`;
}

/** An error of which only the text is known; {@link errorText} gives the same text again. */
export function errorFromText(id: number, text: string): ErrorInfo {
  const colon = /^[\p{L}$_][\p{L}\p{N}$_.]*: /u.exec(text);
  const name = colon === null ? "" : colon[0].slice(0, -2);
  return { id, name, message: colon === null ? text : text.slice(colon[0].length), outcome: "outside" };
}
