import type { Attributes } from "@opentelemetry/api";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { Trace } from "../trace/columns.js";

/** What the spans of a run are of: https://opentelemetry.io/docs/specs/semconv/resource/process/ */
export function resourceOf({ run, end }: Trace, service: string, more: Attributes = {}): Resource {
  const [main] = end.threads;
  return resourceFromAttributes({
    ...more,
    "service.name": service,
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

/** The script's name, as a service is called when nobody says how. */
export function serviceNameOf({ functions, calls }: Trace): string {
  const name = functions[calls.functionId[0]!]?.name ?? "";
  return name.split(/[\\/]/).at(-1) || "flowtrace";
}
