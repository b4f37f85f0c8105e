import { FAILED, Flag, type FunctionInfo, type Trace } from "../trace/columns.js";
import type { Value } from "../trace/format.js";
import { preview } from "../trace/preview.js";
import { describe, type ValueKind } from "../trace/values.js";
import { type Lanes, layOut } from "./lanes.js";

const VERSION = "1.12.0";
/** The longest that the format allows. */
const LONGEST_VALUE = 100;

/**
 * AppMap (https://github.com/getappmap/appmap): the classes and functions, and an event for the beginning and the end of
 * every call, in order of time. As the events of one of its threads must nest, each lane is one.
 */
export function* appmap(trace: Trace): Generator<string> {
  const { run, end, functions, calls } = trace;
  const root = functions[calls.functionId[0]!]!;
  const metadata = {
    name: root.name,
    language: { name: "javascript", engine: "Node.js", version: run.node.replace(/^v/, "") },
    client: { name: "flowtrace", url: "https://www.npmjs.com/package/flowtrace-cli", version: run.tool },
    recorder: { name: "flowtrace", type: "process" },
    ...(end.exit_code === null ? {} : { exit_code: end.exit_code }),
  };
  yield `{"version":"${VERSION}","metadata":${JSON.stringify(metadata)},\n"classMap":${JSON.stringify(classMap(functions))},\n"events":[\n`;
  yield* events(trace, layOut(trace));
  yield "\n]}\n";
}

interface Entity {
  type: "package" | "class" | "function";
  name: string;
  children?: Entity[];
  location?: string;
  static?: boolean;
}

/** Folders are packages, files that hold plain functions classes of their own. */
function classMap(functions: readonly FunctionInfo[]): Entity[] {
  const top: Entity[] = [];
  const known = new Set<string>();
  for (const fn of functions) {
    const { path, line, isStatic, className } = placeOf(fn);
    const location = `${path}:${line}`;
    // Two functions of a name in one line are one to this format.
    const key = JSON.stringify([fn.name, location, isStatic]);
    if (known.has(key)) continue;
    known.add(key);
    const folders = path.split("/").slice(0, -1).join("/") || ".";
    const owner = childOf(childOf(top, "package", folders), "class", className);
    owner.push({ type: "function", name: fn.name, location, static: isStatic });
  }
  return top;
}

function childOf(siblings: Entity[], type: "package" | "class", name: string): Entity[] {
  let entity = siblings.find((other) => other.type === type && other.name === name);
  if (entity === undefined) {
    entity = { type, name, children: [] };
    siblings.push(entity);
  }
  return entity.children!;
}

function placeOf(fn: FunctionInfo): { path: string; line: number; isStatic: boolean; className: string } {
  const path = (fn.file ?? (fn.module || "(unknown)")).replaceAll("\\", "/");
  const isPlain = fn.called === fn.name || fn.called === "";
  return {
    path,
    line: fn.line ?? 0,
    isStatic: isPlain,
    className: isPlain
      ? path
          .split("/")
          .at(-1)!
          .replace(/\.\w+$/, "")
      : fn.called,
  };
}

/** Each event's id is its place in the list, from 1. */
function* events(trace: Trace, lanes: Lanes): Generator<string> {
  const { calls } = trace;
  const { start, end } = lanes;
  const places = trace.functions.map((fn) => {
    const { path, line, isStatic, className } = placeOf(fn);
    return JSON.stringify({
      defined_class: className,
      method_id: fn.name,
      path,
      lineno: line,
      static: isStatic,
    });
  });
  const open = new OpenCalls(end);
  const eventOf = new Int32Array(calls.length);
  let id = 0;
  const leave = (row: number): string =>
    `,\n{"id":${++id},"event":"return","thread_id":${lanes.laneOf[row]},"parent_id":${eventOf[row]},"elapsed":${
      (end[row]! - start[row]!) / 1e9
    }${outcome(trace, row)}}`;
  for (let row = 0; row < calls.length; row++) {
    for (let top = open.first; top >= 0 && isOver(top, row, lanes); top = open.first)
      yield leave(open.take());
    eventOf[row] = ++id;
    const head = `{"id":${id},"event":"call","thread_id":${lanes.laneOf[row]},`;
    yield `${row > 0 ? ",\n" : ""}${head}${places[calls.functionId[row]!]!.slice(1, -1)}${given(trace, row)}}`;
    open.add(row);
  }
  while (open.first >= 0) yield leave(open.take());
}

/** Whether `open` has ended when `row` starts. At the very moment, not what `row` lies on. */
function isOver(open: number, row: number, { start, end, on }: Lanes): boolean {
  if (end[open]! !== start[row]!) return end[open]! < start[row]!;
  for (let at = on[row]!; at >= 0 && end[at]! === end[open]!; at = on[at]!) if (at === open) return false;
  return true;
}

/** The calls that are open, the first to end first; of those that end together, callees before callers. A binary heap. */
class OpenCalls {
  private readonly rows: number[] = [];

  constructor(private readonly end: Float64Array) {}

  get first(): number {
    return this.rows[0] ?? -1;
  }

  private isBefore(a: number, b: number): boolean {
    const difference = this.end[a]! - this.end[b]!;
    return difference < 0 || (difference === 0 && a > b);
  }

  add(row: number): void {
    const { rows } = this;
    let i = rows.push(row) - 1;
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (!this.isBefore(row, rows[above]!)) break;
      rows[i] = rows[above]!;
      i = above;
    }
    rows[i] = row;
  }

  take(): number {
    const { rows } = this;
    const taken = rows[0]!;
    const last = rows.pop()!;
    if (rows.length === 0) return taken;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= rows.length) break;
      if (child + 1 < rows.length && this.isBefore(rows[child + 1]!, rows[child]!)) child++;
      if (!this.isBefore(rows[child]!, last)) break;
      rows[i] = rows[child]!;
      i = child;
    }
    rows[i] = last;
    return taken;
  }
}

function given({ calls, functions, values }: Trace, row: number): string {
  let text = "";
  const instance = calls.instance[row]!;
  if (instance >= 0) {
    const { called } = functions[calls.functionId[row]!]!;
    text += `,"receiver":${JSON.stringify({ class: called, object_id: instance, value: called })}`;
  }
  const inputs = values.text(calls.inputs[row]!);
  if (inputs !== undefined && inputs !== "{}") {
    const parameters = Object.entries(JSON.parse(inputs) as { [name: string]: Value }).map(
      ([name, value]) => ({
        name,
        ...parameter(value),
      }),
    );
    text += `,"parameters":${JSON.stringify(parameters)}`;
  }
  return text;
}

function outcome({ calls, errors, values }: Trace, row: number): string {
  if (calls.flags[row]! & Flag.running) return ',"running":true';
  const error = errors[calls.error[row]!];
  if (calls.flags[row]! & FAILED) {
    const exception = {
      class: error?.name || "Error",
      message: error?.message ?? "",
      object_id: error?.id ?? 0,
      ...(error?.thrown_at === undefined ? {} : { path: error.thrown_at.file, lineno: error.thrown_at.line }),
    };
    return `,"exceptions":${JSON.stringify([exception])}`;
  }
  const output = values.text(calls.output[row]!);
  return output === undefined
    ? ""
    : `,"return_value":${JSON.stringify(parameter(JSON.parse(output) as Value))}`;
}

const CLASSES: Partial<Record<ValueKind, string>> = {
  array: "Array",
  string: "String",
  number: "Number",
  boolean: "Boolean",
  bigint: "BigInt",
  symbol: "Symbol",
  function: "Function",
  date: "Date",
  regexp: "RegExp",
};

function parameter(value: Value): { class: string; value: string; object_id?: number; size?: number } {
  const { kind, className, id, size } = describe(value);
  return {
    class: className !== "" ? className : (CLASSES[kind] ?? (kind === "object" ? "Object" : kind)),
    value: preview(value, LONGEST_VALUE).slice(0, LONGEST_VALUE),
    ...(id === undefined ? {} : { object_id: id }),
    ...(size === undefined ? {} : { size }),
  };
}
