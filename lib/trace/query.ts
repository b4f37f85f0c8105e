import { FAILED, Flag, type Trace } from "./columns.js";
import { errorText } from "./error-text.js";
import { parseQuery, pathOf, QueryError, type Term } from "./query-terms.js";
import { statusOf } from "./serialize.js";
import { selfTimes } from "./statistics.js";
import { textTest } from "./text-test.js";
import { createValueTests } from "./value-tests.js";
import { depths } from "./walk.js";

export { QUERY_KEYS, QueryError } from "./query-terms.js";

/** Whether a row matches. */
export type Predicate = (row: number) => boolean;

/**
 * Compiles a query: words that must all occur (in names, modules, errors or values) and terms like
 * `fn:checkout module:pricing dur>10ms self>5ms error:* status:running kind:async thread:2 class:Cart file:app id:7
 * in.qty>3 out:NaN`, each negated by `-` in front. Case makes no difference. A text is looked for anywhere; with `*`
 * in it, or behind `=` (`module=pricing`), it must match as a whole, `*` standing for anything. Times take `ns`, `us`, `ms`, `s`, `m`; ms when nothing is
 * said.
 *
 * What can be known of a function or an error is worked out once, and values are only parsed where their bytes hold
 * what is asked for.
 *
 * @throws QueryError
 */
export function compileQuery(trace: Trace, text: string): Predicate {
  const terms = parseQuery(text).map((term) => ({ ...compileTerm(trace, term), negated: term.negated }));
  // What costs least is asked first.
  terms.sort((a, b) => a.cost - b.cost);
  const predicates = terms.map(({ holds, negated }): Predicate => (negated ? (row) => !holds(row) : holds));
  const [first, ...others] = predicates;
  if (first === undefined) return () => true;
  if (others.length === 0) return first;
  return (row) => predicates.every((holds) => holds(row));
}

interface Compiled {
  holds: Predicate;
  /** 0: columns only; 1: work over the whole trace first; 2: values are looked at. */
  cost: number;
}

function compileTerm(trace: Trace, term: Term): Compiled {
  const { calls, functions, errors } = trace;
  const { key, path } = pathOf(term);
  const cheap = (holds: Predicate): Compiled => ({ holds, cost: 0 });
  const byFunction = (of: (index: number) => string | undefined): Compiled => {
    const matches = textTest(term.value, term.operator === "=");
    const answers = functions.map((_, index) => matches(of(index)));
    return cheap((row) => answers[calls.functionId[row]!]!);
  };
  switch (key) {
    case "":
      return anything(trace, term);
    case "fn":
      return byFunction((index) => functions[index]!.name);
    case "class":
      return byFunction((index) => functions[index]!.called);
    case "module":
      return byFunction((index) => functions[index]!.module);
    case "file":
      return byFunction((index) => functions[index]!.file);
    case "line":
      return cheap(compared(term, (row) => functions[calls.functionId[row]!]!.line ?? Number.NaN));
    case "kind":
      if (term.value.toLowerCase() === "async") return cheap((row) => (calls.flags[row]! & Flag.async) !== 0);
      return byFunction((index) => functions[index]!.kind);
    case "error": {
      if (term.value === "*")
        return cheap((row) => (calls.flags[row]! & FAILED) !== 0 || calls.error[row]! >= 0);
      const matches = textTest(term.value);
      const answers = errors.map((error) => matches(errorText(error)));
      return cheap((row) => answers[calls.error[row]!] === true);
    }
    case "status":
      return cheap(statusTest(trace, term));
    case "dur":
      return cheap(compared(term, (row) => calls.duration[row]!));
    case "active":
      return cheap(
        compared(term, (row) =>
          Number.isNaN(calls.active[row]!) ? calls.duration[row]! : calls.active[row]!,
        ),
      );
    case "start":
      return cheap(compared(term, (row) => calls.start[row]!));
    case "end":
      return cheap(compared(term, (row) => endOf(calls.start[row]!, calls.duration[row]!)));
    case "id":
      return cheap(compared(term, (row) => row));
    case "thread":
      return cheap(compared(term, (row) => calls.thread[row]!));
    case "pid":
      return cheap(compared(term, (row) => trace.end.threads[calls.thread[row]!]?.pid ?? Number.NaN));
    case "instance":
      return cheap(compared(term, (row) => (calls.instance[row]! < 0 ? Number.NaN : calls.instance[row]!)));
    case "self": {
      const self = selfTimes(trace);
      return { holds: compared(term, (row) => self[row]!), cost: 1 };
    }
    case "depth": {
      const depth = depths(calls);
      return { holds: compared(term, (row) => depth[row]!), cost: 1 };
    }
    case "in":
    case "after":
    case "out":
    case "attr": {
      const holds = createValueTests(trace.values).part(path, term);
      const refs = { in: calls.inputs, after: calls.inputsAfter, out: calls.output };
      if (key === "attr") return { holds: (row) => holds(calls.attributes.get(row) ?? -1), cost: 2 };
      const column = refs[key];
      return { holds: (row) => holds(column[row]!), cost: 2 };
    }
  }
}

function statusTest({ calls }: Trace, { value, valuePosition }: Term): Predicate {
  const wanted = value.toLowerCase();
  const known = ["ok", "threw", "rejected", "running"];
  if (!known.includes(wanted)) throw new QueryError(`a status is one of ${known.join(", ")}`, valuePosition);
  return (row) => statusOf(calls.flags[row]!) === wanted;
}

/** A plain word: in the names, the error, or the values. */
function anything(trace: Trace, term: Term): Compiled {
  const { calls, functions, errors, values } = trace;
  if (term.value === "") return { holds: () => true, cost: 0 };
  const matches = textTest(term.value);
  const named = functions.map(
    ({ name, called, module }) => matches(name) || matches(`${called}.${name}`) || matches(module),
  );
  const inErrors = errors.map((error) => matches(errorText(error)));
  const inValue = createValueTests(values).word(term.value);
  const holds: Predicate = (row) =>
    named[calls.functionId[row]!]! ||
    inErrors[calls.error[row]!] === true ||
    inValue(calls.inputs[row]!) ||
    inValue(calls.output[row]!) ||
    inValue(calls.inputsAfter[row]!) ||
    (calls.attributes.size > 0 && inValue(calls.attributes.get(row) ?? -1));
  return { holds, cost: 2 };
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
};
const TIMES = ["dur", "self", "active", "start", "end"];

/** What still ran when the recording ended has none. */
function endOf(start: number, duration: number): number {
  return Number.isNaN(duration) ? Number.POSITIVE_INFINITY : start + duration;
}

function compared(term: Term, of: (row: number) => number): Predicate {
  const wanted = numberOf(term);
  switch (term.operator) {
    case ">":
      return (row) => of(row) > wanted;
    case "<":
      return (row) => of(row) < wanted;
    case ">=":
      return (row) => of(row) >= wanted;
    case "<=":
      return (row) => of(row) <= wanted;
    default:
      return (row) => of(row) === wanted;
  }
}

function numberOf({ key, value, valuePosition }: Term): number {
  const match = /^(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-zµ]*)$/i.exec(value);
  const unit = match === null ? undefined : match[2] === "" ? 1 : UNITS[match[2]!.toLowerCase()];
  const isTime = TIMES.includes(key);
  if (match !== null && unit !== undefined && (isTime || match[2] === "")) return Number(match[1]) * unit;
  throw new QueryError(
    `"${value}" is not ${isTime ? "a time, such as 10ms or 1.5s" : "a number"}`,
    valuePosition,
  );
}
