import { el } from "./dom.js";

const WORDS =
  "abstract as async await break case catch class const continue debugger declare default delete do else enum export extends finally for from function get if implements import in instanceof interface let new null of private protected public readonly return satisfies set static super switch this throw true false try type typeof undefined using var void while with yield";

/** Comments, texts, numbers and words of the language; of a regular expression that looks like one of these, too. */
const TOKENS = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))`,
    String.raw`(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|${"`(?:\\\\[^]|[^`\\\\])*`?"})`,
    String.raw`(?<number>\b\d[\w.]*)`,
    `(?<word>(?<![.\\w$])(?:${WORDS.replaceAll(" ", "|")})(?![\\w$]))`,
  ].join("|"),
  "gu",
);

/** The lines of a program, each as pieces of text with their colours. */
export function highlighted(text: string): HTMLElement[] {
  let line = el("code");
  const lines = [line];
  const add = (piece: string, kind: string | undefined): void => {
    piece.split("\n").forEach((part, i) => {
      if (i > 0) {
        line = el("code");
        lines.push(line);
      }
      if (part !== "") line.append(kind === undefined ? part : el("span", { class: `token ${kind}` }, part));
    });
  };
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    add(text.slice(at, match.index), undefined);
    add(match[0], Object.entries(match.groups!).find(([, found]) => found !== undefined)![0]);
    at = match.index + match[0].length;
  }
  add(text.slice(at), undefined);
  return lines;
}
