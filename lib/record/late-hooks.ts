/*
 * What is hooked in modules of Node's that are long to load, and that small programs do without: all streams come with
 * `worker_threads` and `v8`, and much else with `fs.promises`; a program that does nothing ran 16 M instructions for them, of 55 M
 * for us. They are hooked before the first text is run that could come by one of them. That is most texts of any size: what
 * names nothing by a variable, and evaluates nothing, is left.
 */

/** Names of such modules and of what leads to them, and `require` of what is not to be read off the text. */
const LEADS_THERE = new RegExp(
  [
    /\b(?:import|export|eval|Function|vm|v8|repl|inspector|promises|worker_threads|promiseHooks|mainModule)\b/,
    /\b(?:getBuiltinModule|binding|dlopen|_load|_compile|_extensions|module(?!\.exports\b))\b|\.constructor\b|node:test\b/,
    /\brequire\b(?!\(["'][\w./:@-]+["']\))/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

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
  if (isWaiting && LEADS_THERE.test(source)) hookNow();
}

export function hookNow(): void {
  isWaiting = false;
  for (const hook of waiting.splice(0)) hook();
}
