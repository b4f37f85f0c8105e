import { type Operator, parseQuery, QueryError, type Term } from "./query-terms.js";

/** The value that a query asks for by this key and operator; empty when it does not. A negated term does not count. */
export function valueInQuery(query: string, key: string, operator: Operator): string {
  return termOf(query, key, operator)?.value ?? "";
}

/** The query with this term in place of the one like it, or behind the others; without it when the value is empty. */
export function withTerm(query: string, key: string, operator: Operator, value: string): string {
  const old = termOf(query, key, operator);
  const term = value.trim() === "" ? "" : key + operator + quoted(value.trim());
  const [before, after] =
    old === undefined ? [query, ""] : [query.slice(0, old.position), query.slice(old.end)];
  return [before, term, after]
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join(" ");
}

/** A value as it can stand in a query. */
export function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value;
}

function termOf(query: string, key: string, operator: Operator): Term | undefined {
  try {
    return parseQuery(query).find((term) => !term.negated && term.key === key && term.operator === operator);
  } catch (error) {
    // Who writes it has not come to its end yet.
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}
