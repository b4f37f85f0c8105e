import type { CallJson } from "../../lib/trace/format.js";

/**
 * The tree of a trace as text to compare: one line a call, nested by two blanks. Shorter than `outline`: what it gives
 * back is left out where it is undefined, values that are no JSON are shown by what they are, and calls of Node's own
 * functions, which differ between its versions, are left out: what they called stands in their place.
 */
export function tree(root: CallJson): string {
  const lines: string[] = [];
  const visit = (call: CallJson, depth: number): void => {
    if (call.kind === "builtin") {
      for (const child of call.calls) visit(child, depth);
      return;
    }
    const name = call.called === call.callable ? call.callable : `${call.called}.${call.callable}`;
    const inputs = Object.entries(call.inputs).map(([key, value]) => `${key}=${short(value)}`);
    lines.push(`${"  ".repeat(depth)}${name}(${inputs.join(", ")})${end(call)}`);
    for (const child of call.calls) visit(child, depth + 1);
  };
  for (const call of root.calls) visit(call, 0);
  return lines.join("\n");
}

function end(call: CallJson): string {
  if (call.status === "running") return " …";
  if (call.error !== null) return ` ✗ ${call.error}`;
  const output = short(call.output);
  return output === "undefined" ? "" : ` → ${output}`;
}

function short(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(short).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const tagged = value as { $type?: string; class?: unknown; name?: string; message?: string };
  switch (tagged.$type) {
    case undefined:
      return `{${Object.entries(value)
        .map(([key, inner]) => ` ${key}: ${short(inner)}`)
        .join()} }`;
    case "function":
      return tagged.class === true ? `class ${tagged.name}` : "ƒ";
    case "instance":
      return String(tagged.class);
    case "Error":
      return `${tagged.name}(${tagged.message})`;
    default:
      return tagged.$type;
  }
}
