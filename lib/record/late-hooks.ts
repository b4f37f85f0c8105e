/*
 * What is hooked in modules of Node's that are long to load, and that small programs do without: all streams come with
 * `worker_threads` and `v8`, and much else with `fs.promises` and `diagnostics_channel`; a program that does nothing ran 16 M
 * instructions for them, of 55 M for us. They are hooked before the first text is run that could come by one of them. That is
 * most texts of any size: what names nothing by a variable, and evaluates nothing, is left.
 */

/** Such modules, and what leads to them. */
const LEADING =
  "import Function .constructor promise eval worker vm v8 repl inspector mainModule getBuiltin binding dlopen _load _compile " +
  "_extensions node:test http fetch undici diagnostics WebSocket";
const WORDS = LEADING.split(" ");

/**
 * What is not to be read off the text: `require` of something else than a text, and a module's other properties. Apart from the
 * words, which would have V8 take 2 M instructions to make a pattern.
 */
const OPEN_ENDED = /\brequire\b(?!\(["'][\w./:@-]+["']\))|\bmodule\b(?!\.exports\b)|\bexport\b/;

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
  if (WORDS.some((word) => source.includes(word)) || OPEN_ENDED.test(source)) hookNow();
}

export function hookNow(): void {
  isWaiting = false;
  for (const hook of waiting.splice(0)) hook();
}
