import type { TraceWarning } from "../trace/format.js";
import { en, type MessageKey } from "./messages/en.js";

/** Codes whose message tells more than their text in another language: of files, functions or bytes. */
const DETAILED = /^(?:salvaged|subset|left-plain|journal-|limit)/;

/**
 * What a warning says in a language of its reader. One of a code that is not known stays as it was written.
 *
 * @param say - gives a message in that language
 * @returns `detail`: what only the message tells, which is in English
 */
export function warningText(
  { code, message, count = 0 }: TraceWarning,
  say: (key: MessageKey, places: Record<string, string | number>) => string,
  number: (n: number) => string,
): { text: string; detail: string | undefined } {
  const key = `warning.${code}`;
  const option = /--[a-z-]+/.exec(message)?.[0];
  const text =
    key in en
      ? say(key as MessageKey, { count: number(count) })
      : code.startsWith("limit") && option !== undefined
        ? say("views.omissions.limit", { option })
        : message;
  return { text, detail: DETAILED.test(code) && text !== message ? message : undefined };
}
