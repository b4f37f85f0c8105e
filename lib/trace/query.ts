import { Flag, type Trace } from "./columns.js";
import { selfTimes } from "./statistics.js";

/** Whether a row matches. */
export type Predicate = (row: number) => boolean;

/** What of a query could not be understood. */
export class QueryError extends Error {
  constructor(
    message: string,
    /** Offset in the query's text. */
    readonly position: number,
  ) {
    super(message);
  }
}

interface Term {
  negated: boolean;
  key: string;
  operator: string;
  value: string;
  position: number;
}

const TERM = /(-)?(?:([a-z]+(?:\.[\w$]+)*)(:|>=|<=|>|<|=))?("(?:[^"\\]|\\.)*"|\S+)/giy;

/**
 * Compiles a query: words that all must occur (in names, modules, errors or values), and terms like
 * `fn:checkout module:pricing dur>10ms self>5ms error:* status:running kind:async thread:2 class:Cart file:app id:7
 * in.qty>3 out:NaN`, each negated by `-` in front. Case makes no difference; `*` stands for anything at all.
 *
 * @throws QueryError
 */
export function compileQuery(trace: Trace, text: string): Predicate {
  const terms = parse(text);
  if (terms.length === 0) return () => true;
  const predicates = terms.map((term) => {
    const predicate = compileTerm(trace, term);
    return term.negated ? (row: number) => !predicate(row) : predicate;
  });
  return (row) => {
    for (const predicate of predicates) if (!predicate(row)) return false;
    return true;
  };
}

function parse(text: string): Term[] {
  const terms: Term[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === " " || text[at] === "\t") {
      at++;
      continue;
    }
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (match === null) throw new QueryError(`cannot read "${text.slice(at)}"`, at);
    const [whole, minus, key = "", operator = "", raw = ""] = match;
    const value =
      raw.startsWith('"') && raw.endsWith('"') && raw.length > 1
        ? raw.slice(1, -1).replace(/\\(.)/g, "$1")
        : raw;
    terms.push({ negated: minus !== undefined, key: key.toLowerCase(), operator, value, position: at });
    at += whole.length;
  }
  return terms;
}

function compileTerm(trace: Trace, term: Term): Predicate {
  const { calls, errors } = trace;
  const { key, value, operator } = term;
  const wanted = value.toLowerCase();
  const holds = (text: string | undefined): boolean =>
    text !== undefined && (wanted === "*" || text.toLowerCase().includes(wanted));
  const errorText = (row: number): string | undefined => {
    const error = errors[calls.error[row]!];
    return error === undefined ? undefined : `${error.name}: ${error.message}`;
  };
  /** Answers by function are worked out once. */
  const byFunction = (test: (index: number) => boolean): Predicate => {
    const answers = trace.functions.map((_, index) => test(index));
    return (row) => answers[calls.functionId[row]!]!;
  };
  switch (key) {
    case "":
      return anything(trace, wanted, errorText);
    case "fn":
    case "function":
      return byFunction((index) => holds(trace.functions[index]!.name));
    case "class":
      return byFunction((index) => holds(trace.functions[index]!.called));
    case "module":
      return byFunction((index) => holds(trace.functions[index]!.module));
    case "file":
      return byFunction((index) => holds(trace.functions[index]!.file));
    case "kind":
      if (wanted === "async") return (row) => (calls.flags[row]! & Flag.async) !== 0;
      return byFunction((index) => holds(trace.functions[index]!.kind));
    case "error":
      return (row) => {
        const failed = (calls.flags[row]! & (Flag.threw | Flag.rejected)) !== 0;
        return wanted === "*" ? failed : holds(errorText(row));
      };
    case "status":
      return (row) => statusOf(calls.flags[row]!) === wanted;
    case "thread":
      return compared(term, (row) => calls.thread[row]!);
    case "id":
      return compared(term, (row) => row);
    case "dur":
    case "duration":
      return compared(term, (row) => calls.duration[row]!);
    case "self": {
      const self = selfTimes(trace);
      return compared(term, (row) => self[row]!);
    }
    case "start":
      return compared(term, (row) => calls.start[row]!);
    case "out":
      return (row) => valueMatches(trace, calls.output[row]!, [], operator, value);
    case "in":
      return (row) => valueMatches(trace, calls.inputs[row]!, [], operator, value);
    default:
      if (key.startsWith("in.") || key.startsWith("out.")) {
        const [side, ...path] = term.key.split(".");
        const column = side === "in" ? calls.inputs : calls.output;
        return (row) => valueMatches(trace, column[row]!, path, operator, value);
      }
      throw new QueryError(`"${key}" is not something to ask for`, term.position);
  }
}

function statusOf(flags: number): string {
  if (flags & Flag.running) return "running";
  if (flags & Flag.rejected) return "rejected";
  return flags & Flag.threw ? "threw" : "ok";
}

const encoder = new TextEncoder();

/** A plain word: in the names, the error, or the bytes of the values, which are not parsed for it. */
function anything(trace: Trace, wanted: string, errorText: (row: number) => string | undefined): Predicate {
  const { calls, values } = trace;
  const named = trace.functions.map(({ name, called, module }) =>
    `${called}.${name} ${module}`.toLowerCase().includes(wanted),
  );
  const needle = encoder.encode(wanted);
  let buffer = new Uint8Array(1 << 16);
  const inValue = (ref: number): boolean => {
    if (ref < 0) return false;
    let length = values.copyTo(ref, buffer, 0);
    while (length < 0) {
      buffer = new Uint8Array(buffer.length * 4);
      length = values.copyTo(ref, buffer, 0);
    }
    return includesFolded(buffer, length, needle);
  };
  return (row) =>
    named[calls.functionId[row]!]! ||
    errorText(row)?.toLowerCase().includes(wanted) === true ||
    inValue(calls.inputs[row]!) ||
    inValue(calls.output[row]!) ||
    inValue(calls.inputsAfter[row]!);
}

/** Whether `needle`, in lower case, occurs in the bytes; ASCII letters of both cases are the same. */
export function includesFolded(bytes: Uint8Array, length: number, needle: Uint8Array): boolean {
  const first = needle[0];
  if (first === undefined) return true;
  const last = length - needle.length;
  for (let at = 0; at <= last; at++) {
    if (fold(bytes[at]!) !== first) continue;
    let i = 1;
    while (i < needle.length && fold(bytes[at + i]!) === needle[i]) i++;
    if (i === needle.length) return true;
  }
  return false;
}

function fold(b: number): number {
  return b >= 0x41 && b <= 0x5a ? b | 0x20 : b;
}

const UNITS: Record<string, number> = { "": 1, ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000 };

function compared(term: Term, of: (row: number) => number): Predicate {
  const match = /^(-?\d+(?:\.\d+)?)(ns|us|µs|ms|s|m)?$/.exec(term.value);
  if (match === null) throw new QueryError(`"${term.value}" is no number`, term.position);
  const wanted = Number(match[1]) * UNITS[match[2] ?? ""]!;
  return (row) => compare(of(row), term.operator, wanted);
}

function compare(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case ">":
      return left > right;
    case "<":
      return left < right;
    case ">=":
      return left >= right;
    case "<=":
      return left <= right;
    default:
      return left === right;
  }
}

function valueMatches(
  trace: Trace,
  ref: number,
  path: readonly string[],
  operator: string,
  wanted: string,
): boolean {
  const text = trace.values.text(ref);
  if (text === undefined) return false;
  let value: unknown = JSON.parse(text);
  for (const name of path) value = member(value, name);
  if (value === undefined) return false;
  if (operator === ":" || operator === "=") {
    if (wanted === "*") return true;
    const shown = typeof value === "string" ? value : JSON.stringify(value);
    return shown.toLowerCase().includes(wanted.toLowerCase());
  }
  return typeof value === "number" && compare(value, operator, Number(wanted));
}

/** A property by name, whatever its case; through instances to their fields. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const held = fields.$type === "instance" ? (fields.value as Record<string, unknown>) : fields;
  const key = Object.keys(held ?? {}).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : held[key];
}
