import type { Attributes } from "@opentelemetry/api";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { Trace } from "../trace/columns.js";

/**
 * What the spans of a run are of: https://opentelemetry.io/docs/specs/semconv/resource/process/
 *
 * @param service - default: `service.name` of `more`, else the script's file name
 * @param more - further attributes
 */
export function resourceOf(trace: Trace, service: string | undefined, more: Attributes = {}): Resource {
  const { run, end } = trace;
  const [main] = end.threads;
  return resourceFromAttributes({
    ...more,
    "service.name": service ?? more["service.name"] ?? scriptName(trace),
    "telemetry.sdk.name": "flowtrace",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.version": run.tool.replace(/^\D+/, ""),
    "process.runtime.name": "nodejs",
    "process.runtime.version": run.node.replace(/^v/, ""),
    "process.command_args": run.argv,
    "process.working_directory": run.cwd,
    ...(run.platform === "" ? {} : { "os.type": run.platform === "win32" ? "windows" : run.platform }),
    ...(main === undefined ? {} : { "process.pid": main.pid }),
  });
}

function scriptName({ functions, calls }: Trace): string {
  const name = functions[calls.functionId[0]!]?.name ?? "";
  return name.split(/[\\/]/).at(-1) || "flowtrace";
}
