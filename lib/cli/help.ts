import { OPTIONS, type OptionSpec } from "./option-table.js";

function left(spec: OptionSpec): string {
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  const alias = spec.alias === undefined ? "" : `, --${spec.alias}`;
  const value =
    spec.kind === "flag" ? "" : spec.kind === "optionalText" ? ` [${spec.value}]` : ` <${spec.value}>`;
  return `  ${short}--${spec.name}${alias}${value}`;
}

/** What `flowtrace --help` prints. */
export function helpText(): string {
  const width = Math.max(...OPTIONS.map((spec) => left(spec).length)) + 2;
  const lines = OPTIONS.map((spec) => {
    const fallback = spec.fallback === undefined ? "" : ` (default ${spec.fallback})`;
    return `${left(spec).padEnd(width)}${spec.help}${fallback}`;
  });
  return `Usage: flowtrace [options] -s <file> [arguments of the program]
       flowtrace [options] <file> [arguments of the program]
       flowtrace [options] -- <command> [arguments]

Records every call of a Node.js program into a trace that is opened afterwards.

Options:
${lines.join("\n")}
      --help                                show this, and stop
      --version                             show the version, and stop

Every option can also be set by a variable (FLOWTRACE_MAX_DEPTH=5), by a "flowtrace" key in package.json or in
flowtrace.config.json. FLOWTRACE=0 turns FlowTrace off: the program runs as it is.
In the source, /* flowtrace ignore next */ leaves a function out.

Examples:
  flowtrace -s app.js                       record app.js into flowtrace.json
  flowtrace -s app.js -o run.json --tier gold   --tier gold goes to app.js
  flowtrace app.js --verbose                everything after app.js is the program's
  flowtrace --exclude "src/vendor/**" -- npm test
  flowtrace-visual -i flowtrace.json        turn the trace into one HTML page
  flowtrace-show flowtrace.json             look at it in the terminal
`;
}
