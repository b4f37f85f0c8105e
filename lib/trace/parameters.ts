/**
 * Arguments that a function would bind as it did: of `(id, { rate = 1, ...rest } = {}, ...lines)` and what was bound to these
 * names, `id`, an object and the lines one by one.
 *
 * @param text - source from the function's start on
 * @param bound - the code of what was bound to a name
 * @returns undefined when the parameters are not understood, or name what was not recorded
 */
export function argumentsOf(text: string, bound: (name: string) => string | undefined): string[] | undefined {
  const start = text.indexOf("(");
  const end = closing(text, start);
  if (start < 0 || end < 0) return undefined;
  const codes = split(text.slice(start + 1, end)).map((one) => pattern(one, bound));
  return codes.every((code) => code !== undefined) ? codes : undefined;
}

/** A comment; or a text, that none begins in it. */
const COMMENT = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|\/\*.*?\*\/|\/\/[^\n]*/gs;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u;

function pattern(text: string, bound: (name: string) => string | undefined): string | undefined {
  if (text.startsWith("...")) {
    const rest = pattern(text.slice(3).trim(), bound);
    return rest === undefined ? undefined : `...${rest}`;
  }
  const [name] = NAME.exec(text) ?? [];
  // What follows is a type or what it is by default.
  if (name !== undefined) return bound(name);
  const end = closing(text, 0);
  if (end < 0) return undefined;
  const inner = split(text.slice(1, end));
  if (text[0] === "[") {
    const items = inner.map((one) => pattern(one, bound));
    return items.every((item) => item !== undefined) ? `[${items.join(", ")}]` : undefined;
  }
  if (text[0] !== "{") return undefined;
  const properties: string[] = [];
  for (const one of inner) {
    const [key] = NAME.exec(one) ?? [];
    const renamed = key === undefined ? undefined : /^\s*:\s*(.*)$/s.exec(one.slice(key.length))?.[1];
    const code = pattern(renamed ?? one, bound);
    if (code === undefined) return undefined;
    properties.push(one.startsWith("...") ? code : `${key}: ${code}`);
  }
  return properties.length === 0 ? "{}" : `{ ${properties.join(", ")} }`;
}

/** Where the bracket at a position is closed; -1 when it is not. */
function closing(text: string, at: number): number {
  for (const { index, depth } of brackets(text, at)) if (depth === 0) return index;
  return -1;
}

/** Parts between the commas that no bracket holds, comments left out. */
function split(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  const plain = text.replace(COMMENT, (_, quoted?: string) => quoted ?? " ");
  const add = (to: number): void => {
    const part = plain.slice(from, to).trim();
    if (part !== "") parts.push(part);
    from = to + 1;
  };
  for (const { index, depth, mark } of brackets(plain, 0)) if (depth === 0 && mark === ",") add(index);
  add(plain.length);
  return parts;
}

/** Brackets and commas outside of texts, with how many brackets are open after each. */
function* brackets(text: string, from: number): Generator<{ index: number; depth: number; mark: string }> {
  const marks = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[()[\]{},]/gs;
  marks.lastIndex = Math.max(0, from);
  let depth = 0;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const [mark] = match;
    if (mark.length > 1) continue;
    if ("([{".includes(mark)) depth++;
    else if (mark !== ",") depth--;
    yield { index: match.index, depth, mark };
  }
}
