/** What of a query could not be understood. */
export class QueryError extends Error {
  constructor(
    message: string,
    /** Offset in the query's text. */
    readonly position: number,
  ) {
    super(message);
    this.name = "QueryError";
  }
}

export type Operator = ":" | "=" | ">" | "<" | ">=" | "<=";

/** One part of a query; all of them must hold. */
export interface Term {
  negated: boolean;
  /** Empty for a plain word. */
  key: string;
  operator: Operator;
  value: string;
  /** Offsets in the query's text: of the term, of its value, and of what follows it. */
  position: number;
  valuePosition: number;
  end: number;
}

/** Names that a term may have, and what they mean; those with a dot take a path. */
export const QUERY_KEYS = {
  fn: "function's or method's name",
  class: "class of a method, or function's name",
  module: "module",
  file: "source file",
  line: "line of the function",
  kind: "function, method, constructor, async, …",
  error: "error's name or message; * for any",
  status: "ok, threw, rejected or running",
  dur: "duration",
  self: "self time",
  active: "duration without waiting",
  start: "start, from the beginning of the run",
  end: "end, in the same way; later than any time for what still ran",
  depth: "calls above it",
  id: "number of the call",
  thread: "number of the thread",
  pid: "process",
  instance: "identity of this",
  in: "inputs, or in.name for one of them",
  after: "inputs as they were at the end",
  out: "output, or out.name for a property",
  attr: "attributes of a span or request",
} as const;

export type QueryKey = keyof typeof QUERY_KEYS;

const ALIASES: Readonly<Record<string, QueryKey>> = {
  function: "fn",
  duration: "dur",
  inputs: "in",
  output: "out",
  attributes: "attr",
  attribute: "attr",
};

const TAKE_PATHS: readonly QueryKey[] = ["in", "after", "out", "attr"];

/**
 * Splits a query into its terms: `word`, `"several words"`, `key:value`, `key>value`, each with `-` in front to say
 * that it must not hold. In quotes, `\"` is a quote and `\\` a backslash.
 *
 * @throws QueryError
 */
export function parseQuery(text: string): Term[] {
  const terms: Term[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++;
    if (at >= text.length) return terms;
    const position = at;
    const negated = text[at] === "-" && at + 1 < text.length && !/\s/.test(text[at + 1]!);
    if (negated) at++;
    const head = /^([\p{L}_][\p{L}\p{N}_]*)((?:\.(?:"[^"]*"|[^\s":=<>.]+))*)(>=|<=|[:=<>])/u.exec(
      text.slice(at),
    );
    const key = head === null ? "" : keyOf(head[1]!, position) + head[2]!;
    if (head !== null) at += head[0].length;
    const valuePosition = at;
    const { value, end } = readValue(text, at);
    if (head !== null && end === at) throw new QueryError(`nothing stands after "${head[0]}"`, valuePosition);
    at = end;
    terms.push({
      negated,
      key,
      operator: (head?.[3] ?? ":") as Operator,
      value,
      position,
      valuePosition,
      end,
    });
  }
}

function keyOf(name: string, position: number): string {
  const lower = name.toLowerCase();
  const key = Object.hasOwn(ALIASES, lower) ? ALIASES[lower]! : lower;
  if (Object.hasOwn(QUERY_KEYS, key)) return key;
  throw new QueryError(
    `"${name}" is not something to ask for; to search for the text itself, put it in quotes. Known: ${Object.keys(QUERY_KEYS).join(", ")}`,
    position,
  );
}

function readValue(text: string, start: number): { value: string; end: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && !/\s/.test(text[end]!)) end++;
    return { value: text.slice(start, end), end };
  }
  let value = "";
  for (let p = start + 1; p < text.length; p++) {
    const c = text[p]!;
    if (c === '"') return { value, end: p + 1 };
    if (c === "\\" && p + 1 < text.length) value += text[++p];
    else value += c;
  }
  throw new QueryError("the closing quote is missing", start);
}

/** The key of a term and the path after it: `in.line.qty` is `in` and `line`, `qty`. */
export function pathOf({ key, position }: Term): { key: QueryKey | ""; path: string[] } {
  const parts = [...key.matchAll(/"([^"]*)"|[^."]+/g)].map(([part, quoted]) => quoted ?? part);
  const [first = "", ...path] = parts;
  if (path.length > 0 && !TAKE_PATHS.includes(first as QueryKey)) {
    throw new QueryError(`"${first}" has no parts to ask for`, position);
  }
  return { key: first as QueryKey | "", path };
}
