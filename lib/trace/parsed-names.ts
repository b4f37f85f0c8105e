import type { StringTable, TupleTable } from "./byte-tables.js";
import { Field } from "./call-fields.js";
import type { FunctionInfo } from "./columns.js";
import type { CallKind, SourcePosition } from "./format.js";

const KINDS: readonly string[] = [
  "root",
  "function",
  "method",
  "constructor",
  "getter",
  "setter",
  "arrow",
  "generator",
  "builtin",
  "span",
  "test",
  "process",
  "folded",
] satisfies CallKind[];

/** The functions whose fields were met together, by the slots of {@link Field}. */
export function functionList(functions: TupleTable, strings: StringTable): FunctionInfo[] {
  const list: FunctionInfo[] = [];
  for (let id = 0; id < functions.count; id++) {
    const text = (slot: number): string | undefined => strings.text(functions.get(id, slot));
    const name = text(Field.callable) ?? "(cut off)";
    const called = text(Field.called) ?? name;
    const info: FunctionInfo = {
      name,
      called,
      module: text(Field.module) ?? "",
      kind: kindOf(text(Field.kind), name, called),
    };
    const file = text(Field.file);
    if (file !== undefined) info.file = file;
    const line = functions.get(id, Field.line);
    if (line > 0) info.line = line;
    const column = functions.get(id, Field.column);
    if (column > 0) info.column = column;
    list.push(info);
  }
  return list;
}

/** Call sites, by file, line and column. */
export function siteList(sites: TupleTable, strings: StringTable): SourcePosition[] {
  return Array.from({ length: sites.count }, (_, id) => ({
    file: strings.text(sites.get(id, 0)) ?? "",
    line: sites.get(id, 1),
    column: sites.get(id, 2),
  }));
}

/** Files without kinds are PyTraceFlow's: its instances stand for their construction. */
function kindOf(kind: string | undefined, name: string, called: string): CallKind {
  if (kind !== undefined) return KINDS.includes(kind) ? (kind as CallKind) : "function";
  if (name === "__instance__") return "constructor";
  return name === called ? "function" : "method";
}
