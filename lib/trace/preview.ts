import type { TaggedValue, Value } from "./format.js";
import { describe, isTagged, type ValueChild } from "./values.js";

export { isTagged } from "./values.js";

/**
 * A value as a programmer would write it, on one line: `{id: 3, name: "x"}`, `Map(2) {"a" => 1, …}`, `[Filtered]`.
 *
 * @param most - characters at most; what is left out shows as `…`
 */
export function preview(value: Value | undefined, most = 120): string {
  if (value === undefined) return "";
  const text = write(value, most);
  return text.length > most ? `${text.slice(0, Math.max(0, most - 1))}…` : text;
}

/** Inputs as arguments: `line={sku: "a"}, rate=0.21`. */
export function previewInputs(inputs: { [name: string]: Value }, most = 120): string {
  const names = Object.keys(inputs);
  const share = Math.max(12, Math.floor(most / Math.max(1, names.length)));
  const text = names.map((name) => `${name}=${preview(inputs[name], share)}`).join(", ");
  return text.length > most ? `${text.slice(0, Math.max(0, most - 1))}…` : text;
}

/** Each level takes room for its brackets, so that depth is bounded by it. */
function write(value: Value, room: number): string {
  if (room <= 0) return "…";
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string") return quoted(value, room);
  if (!Array.isArray(value) && isTagged(value)) {
    const text = scalar(value, room);
    if (text !== undefined) return text;
  }
  return container(value, room);
}

function quoted(text: string, room: number, isWhole = true): string {
  const shown = text.length > room ? text.slice(0, room) : text;
  const json = JSON.stringify(shown);
  return isWhole && shown.length === text.length ? json : `${json.slice(0, -1)}…"`;
}

/** Tagged values that hold nothing; undefined for the others. */
function scalar(value: TaggedValue, room: number): string | undefined {
  const inner = value.value ?? null;
  const text = (part: Value | undefined): string => (typeof part === "string" ? part : "");
  switch (value.$type) {
    case "undefined":
    case "NaN":
    case "Infinity":
    case "-Infinity":
    case "-0":
      return value.$type;
    case "bigint":
      return `${text(inner)}n`;
    case "symbol":
      return `Symbol(${text(inner)})`;
    case "function":
      return value.class === true ? `class ${text(value.name)}` : `ƒ ${text(value.name)}()`;
    case "Date":
      return inner === null ? "Invalid Date" : `Date(${text(inner)})`;
    case "RegExp":
      return text(inner);
    case "Error":
      return text(value.message) === "" ? text(value.name) : `${text(value.name)}: ${text(value.message)}`;
    case "cycle":
      return "↻";
    case "getter":
      return "(getter)";
    case "hole":
      return value.count === undefined || value.count === 1 ? "(empty)" : `(${String(value.count)} empty)`;
    case "filtered":
      return "[Filtered]";
    case "skipped":
      return "(not recorded)";
    case "unreadable":
      return "(unreadable)";
    case "cut":
      if (value.what === "string") return quoted(text(inner), room, false);
      if (value.what === "depth") return value.class === "Array" ? "[…]" : `${named(text(value.class))}{…}`;
      return value.what === "array" || value.what === "object" ? undefined : "…";
    default:
      return undefined;
  }
}

function named(className: string): string {
  return className === "" ? "" : `${className} `;
}

function container(value: Value, room: number): string {
  const { kind, className, size = 0, isCut, children } = describe(value);
  const more = isCut ? `${children.length > 0 ? ", " : ""}… ${size} in all` : "";
  switch (kind) {
    case "array":
      return `[${list(children, room - 2, element)}${more}]`;
    case "map":
      return `Map(${size}) {${list(children, room - 8, pair)}${isCut ? ", …" : ""}}`;
    case "set":
      return `Set(${size}) {${list(children, room - 8, element)}${isCut ? ", …" : ""}}`;
    case "bytes":
      return `${className}(${size}) [${list(children, room - 8, element)}${isCut ? ", …" : ""}]`;
    case "object":
      return `${named(className)}{${list(children, room - 2, property)}${more}}`;
    case "cut":
      return `${named(className)}{…}`;
    default:
      return className;
  }
}

function list(
  children: readonly ValueChild[],
  room: number,
  one: (child: ValueChild, room: number) => string,
): string {
  let text = "";
  for (let i = 0; i < children.length; i++) {
    if (text.length >= room) return i === 0 ? "…" : `${text}, …`;
    text += (i > 0 ? ", " : "") + one(children[i]!, room - text.length);
  }
  return text;
}

function element({ value }: ValueChild, room: number): string {
  return write(value, room);
}

function property({ key, value }: ValueChild, room: number): string {
  const name = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : quoted(key, room);
  return `${name}: ${write(value, room - name.length - 2)}`;
}

function pair({ key, keyValue, value }: ValueChild, room: number): string {
  const name = write(keyValue ?? key, room);
  return `${name} => ${write(value, room - name.length - 4)}`;
}
