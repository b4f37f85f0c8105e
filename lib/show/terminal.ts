/** How a terminal shows text: its colours and its width. */
export interface Terminal {
  colors: boolean;
  columns: number;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
export type Style = keyof typeof CODES;

export function styled(terminal: Terminal, style: Style, text: string): string {
  return terminal.colors && text !== "" ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that styled() writes
const ESCAPES = /\u001b\[\d+m/g;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes: East Asian and emoji characters take two, combining ones none (Unicode TR 11). */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(ESCAPES, "")) {
    if (/\p{Mark}|\u200d|\ufe0f/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Control characters become visible, so that no value can steer the terminal. */
function visible(text: string): string {
  return text.replace(CONTROLS, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of who wrote the text
const COLORS = /\u001b\[[\d;]*m/g;

/** A text of several lines as one: `expected 3 ⏎ received 4`. */
export function oneLine(text: string): string {
  return text
    .replace(COLORS, "")
    .trim()
    .replace(/\s*\n\s*/g, " ⏎ ");
}

/** A text in lines of so many columns, at most so many of them. */
export function* linesOf(text: string, columns: number, most: number): Generator<string> {
  let count = 0;
  for (const line of text.replace(COLORS, "").trimEnd().split(/\r?\n/)) {
    let rest = [...visible(line)];
    do {
      if (++count > most) {
        yield "…";
        return;
      }
      let taken = 0;
      for (let width = 0; taken < rest.length; taken++) {
        width += widthOf(rest[taken]!);
        if (width > columns) break;
      }
      const blank = taken < rest.length ? rest.lastIndexOf(" ", taken) : -1;
      // At a word's end, unless that leaves half of the line empty.
      taken = blank > taken / 2 ? blank + 1 : Math.max(1, taken);
      yield rest.slice(0, taken).join("").trimEnd();
      rest = rest.slice(taken);
    } while (rest.length > 0);
  }
}

/** The text cut to so many columns, its end left out; without control characters. */
export function fitted(text: string, columns: number): string {
  const plain = visible(text);
  if (widthOf(plain) <= columns) return plain;
  let cut = "";
  let width = 0;
  for (const character of plain) {
    const more = widthOf(character);
    if (width + more > columns - 1) break;
    cut += character;
    width += more;
  }
  return `${cut}…`;
}

/** The same with its beginning left out: `…/error-internal.js:19`. */
export function fittedEnd(text: string, columns: number): string {
  const characters = [...visible(text)];
  let from = characters.length;
  let width = 0;
  while (from > 0 && width + widthOf(characters[from - 1]!) <= columns) width += widthOf(characters[--from]!);
  if (from === 0) return characters.join("");
  while (width > columns - 1) width -= widthOf(characters[from++]!);
  return `…${characters.slice(from).join("")}`;
}
