import { FlowTraceError } from "../errors.js";
import type { Trace } from "../trace/columns.js";
import { compileQuery, type Predicate, QueryError } from "../trace/query.js";

/** What `--filter` asks for; a query that cannot be understood is a mistake of use, told with its place. */
export function filterOf(trace: Trace, query: string): Predicate {
  try {
    return compileQuery(trace, query);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new FlowTraceError("FT_USAGE", `--filter: ${error.message}, at character ${error.position + 1}.`);
  }
}
