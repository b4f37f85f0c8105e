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
  const [os, arch] = run.platform.split(" ");
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
    ...(os ? { "os.type": OS_TYPES[os] ?? os } : {}),
    ...(arch ? { "host.arch": HOST_ARCHS[arch] ?? arch } : {}),
    ...(main === undefined ? {} : { "process.pid": main.pid }),
  });
}

/** Where Node's names differ from those of https://opentelemetry.io/docs/specs/semconv/resource/ */
const OS_TYPES: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };
const HOST_ARCHS: Readonly<Record<string, string>> = { x64: "amd64", ia32: "x86", arm: "arm32" };

function scriptName({ functions, calls }: Trace): string {
  const name = functions[calls.functionId[0]!]?.name ?? "";
  return name.split(/[\\/]/).at(-1) || "flowtrace";
}
