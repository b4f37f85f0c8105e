import type { TaggedValue, Value } from "./format.js";

/** Whether a value of the file is one of {@link TaggedValue}. */
export function isTagged(value: Value): value is TaggedValue {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && typeof value.$type === "string"
  );
}

/**
 * A value as a programmer would write it, on one line: `{id: 3, name: "x"}`, `Map(2) {"a" => 1, …}`, `[Filtered]`.
 *
 * @param most - characters at most; what is left out shows as `…`
 */
export function preview(value: Value | undefined, most = 120): string {
  const text = value === undefined ? "" : write(value, most);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function write(value: Value, room: number): string {
  if (room <= 0) return "…";
  if (value === null) return "null";
  if (typeof value === "string")
    return JSON.stringify(value.length > room ? `${value.slice(0, room)}…` : value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${list(value, room, write)}]`;
  if (isTagged(value)) return tagged(value, room);
  return object(Object.entries(value), room);
}

function list<T>(items: readonly T[], room: number, one: (item: T, room: number) => string): string {
  let text = "";
  for (let i = 0; i < items.length; i++) {
    if (text.length > room) return `${text}, …`;
    text += (i > 0 ? ", " : "") + one(items[i]!, room - text.length);
  }
  return text;
}

function object(entries: readonly [string, Value][], room: number): string {
  if (entries.length === 0) return "{}";
  const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
  return `{${list(entries, room, ([name, value], left) => `${key(name)}: ${write(value, left)}`)}}`;
}

function tagged(value: TaggedValue, room: number): string {
  const { $type: type } = value;
  const inner = value.value ?? null;
  switch (type) {
    case "undefined":
    case "NaN":
    case "Infinity":
    case "-Infinity":
    case "-0":
      return type;
    case "bigint":
      return `${String(inner)}n`;
    case "symbol":
      return `Symbol(${isTagged(inner) ? "" : String(inner)})`;
    case "function":
      return value.class === true ? `class ${String(value.name)}` : `ƒ ${String(value.name ?? "")}()`;
    case "Date":
      return inner === null ? "Invalid Date" : `Date(${String(inner)})`;
    case "RegExp":
      return String(inner);
    case "Error":
      return `${String(value.name)}: ${String(value.message)}`;
    case "instance":
      return `${String(value.class)} ${write(inner, room)}`;
    case "object":
      return Array.isArray(value.entries)
        ? object(value.entries as [string, Value][], room)
        : write(inner, room);
    case "Map": {
      const pair = (entry: Value, left: number): string => {
        const [key = null, held = null] = Array.isArray(entry) ? entry : [];
        return `${write(key, left)} => ${write(held, left)}`;
      };
      return `Map(${String(value.size)}) {${list((value.entries ?? []) as Value[], room, pair)}}`;
    }
    case "Set":
      return `Set(${String(value.size)}) {${list((value.values ?? []) as Value[], room, write)}}`;
    case "cycle":
      return "↻";
    case "getter":
      return "(getter)";
    case "hole":
      return "(empty)";
    case "filtered":
      return "[Filtered]";
    case "skipped":
      return "(not recorded)";
    case "unreadable":
      return "(unreadable)";
    case "cut":
      return cut(value, room);
    default:
      return Array.isArray(value.values)
        ? `${type}(${String(value.length)}) [${list(value.values as Value[], room, write)}]`
        : type;
  }
}

function cut(value: TaggedValue, room: number): string {
  const inner = value.value ?? null;
  switch (value.what) {
    case "string":
      return `${write(inner, room).slice(0, -1)}…"`;
    case "array":
      return `[${list((value.values ?? []) as Value[], room, write)}, … ${String(value.length)} in all]`;
    case "object":
      return `${write(inner, room).slice(0, -1)}, … ${String(value.keys)} keys}`;
    case "depth":
      return value.class === "Array"
        ? "[…]"
        : `${String(value.class) === "" ? "" : `${String(value.class)} `}{…}`;
    default:
      return "…";
  }
}

/** Inputs as arguments: `line={sku: "a"}, rate=0.21`. */
export function previewInputs(inputs: { [name: string]: Value }, most = 120): string {
  const names = Object.keys(inputs);
  const share = Math.max(12, Math.floor(most / Math.max(1, names.length)));
  const text = names.map((name) => `${name}=${preview(inputs[name], share)}`).join(", ");
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
