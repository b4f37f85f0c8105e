import { charCodeAt, includes, stringIndexOf, stringSlice } from "../primordials.js";

/*
 * What is hooked in modules of Node's that are long to load, and that small programs do without: all streams come with
 * `worker_threads` and `v8`, and much else with `fs.promises` and `diagnostics_channel`; a program that does nothing ran 16 M
 * instructions for them, of 55 M for us. They are hooked before the first text is run that could come by one of them. That is
 * most texts of any size: what names nothing by a variable, and evaluates nothing, is left.
 */

/** Such modules, and what leads to them. */
const LEADING =
  "import Function .constructor promise eval worker vm v8 repl inspector mainModule getBuiltin binding dlopen _load _compile " +
  "_extensions node:test node:module \"module\" 'module' SourceMap http fetch undici diagnostics WebSocket";
const WORDS = LEADING.split(" ");

let isWaiting = false;
const waiting: (() => void)[] = [];

/** To be called when all text that the program runs is seen before it is. */
export function waitForText(): void {
  isWaiting = true;
}

/** Hooks something now, or when it is about to be needed. */
export function whenNeeded(hook: () => void): void {
  if (isWaiting) waiting.push(hook);
  else hook();
}

/** A text is about to be run. */
export function sawText(source: string): void {
  if (!isWaiting) return;
  for (let i = 0; i < WORDS.length; i++) if (includes(source, WORDS[i]!)) return hookNow();
  const isClosed =
    isEach(source, "require", isOfLiteral) &&
    isEach(source, "module", isOfExports) &&
    isEach(source, "export", () => false);
  if (!isClosed) hookNow();
}

/*
 * What is not to be read off the text: `require` of something else than a text, and a module's other properties. No pattern is
 * used: it would change the program's `RegExp.$1`.
 */

/** Whether all of a word's occurrences are as they should be. */
function isEach(source: string, word: string, isRight: (source: string, end: number) => boolean): boolean {
  for (let at = stringIndexOf(source, word, 0); at >= 0; ) {
    const end = at + word.length;
    const isWord = !isWordAt(source, at - 1) && !isWordAt(source, end);
    if (isWord && !isRight(source, end)) return false;
    at = stringIndexOf(source, word, end);
  }
  return true;
}

/** `("./file.js")` */
function isOfLiteral(source: string, at: number): boolean {
  const quote = source[at + 1];
  if (source[at] !== "(" || (quote !== '"' && quote !== "'")) return false;
  let end = at + 2;
  while (isWordAt(source, end) || includes("./:@-", source[end] ?? " ")) end++;
  return end > at + 2 && source[end] === quote && source[end + 1] === ")";
}

function isOfExports(source: string, at: number): boolean {
  const end = at + ".exports".length;
  return stringSlice(source, at, end) === ".exports" && !isWordAt(source, end);
}

/** Whether a letter, a digit or an underscore stands there. */
function isWordAt(source: string, at: number): boolean {
  if (at < 0 || at >= source.length) return false;
  const c = charCodeAt(source, at);
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95;
}

export function hookNow(): void {
  isWaiting = false;
  for (let i = 0; i < waiting.length; i++) waiting[i]!();
  waiting.length = 0;
}
