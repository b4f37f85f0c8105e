import type { Trace } from "../trace/columns.js";
import { compileQuery, type Predicate, QueryError } from "../trace/query.js";
import { wrongUse } from "./option-reader.js";
import { t } from "./text.js";

/** What `--filter` asks for; a query that cannot be understood is a mistake of use, told with its place. */
export function filterOf(trace: Trace, query: string): Predicate {
  try {
    return compileQuery(trace, query);
  } catch (error) {
    throw asWrongUse(error);
  }
}

/** A query's error as one of use; any other as it is. */
export function asWrongUse(error: unknown): unknown {
  if (!(error instanceof QueryError)) return error;
  const reason = error.message.replace(/\.$/, "");
  return wrongUse(t("usage.filter", { reason, position: error.position + 1 }));
}
