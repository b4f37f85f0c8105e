import { Flag, type FunctionInfo, type Trace } from "./columns.js";
import type { Value } from "./format.js";
import { argumentsOf } from "./parameters.js";
import { comment, expectedCode, isIdentifier, quote, valueCode } from "./value-code.js";

/** What the code says in words, in the reader's language. */
export interface CodeTexts {
  /** Something that was not recorded stands as a comment. */
  incomplete: string;
  /** The object a method was called on was not recorded. */
  receiver: string;
  /** What is imported may not be exported. */
  exported: string;
  /** Name of the test; `{name}` is the function. */
  returns: string;
  throws: string;
}

/** The text of a traced file, if there is any. */
export type SourceText = (file: string) => string | undefined;

interface Parts {
  /** What is imported. */
  subject: string;
  /** Lines before the call: the object it is called on, inputs that are looked at afterwards. */
  setup: string[];
  /** The call as an expression, without `await`. */
  call: string;
  isAsync: boolean;
  notes: string[];
}

/** A call as code that makes it again. */
export function callCode(trace: Trace, row: number, texts: CodeTexts, source: SourceText): string {
  const { setup, call, isAsync, notes } = partsOf(trace, row, texts, source, []);
  const outcome = outcomeOf(trace, row);
  const result =
    outcome.error !== undefined
      ? [`// ✗ ${comment(outcome.error)}`]
      : outcome.output === undefined
        ? []
        : [`// → ${comment(valueCode(outcome.output).code)}`];
  return [...notes, ...setup, `${isAsync ? "await " : ""}${call};`, ...result, ""].join("\n");
}

/** A call as a test of vitest that expects what came of it: its output or error, and how it left its inputs. */
export function callTest(trace: Trace, row: number, texts: CodeTexts, source: SourceText): string {
  const { calls } = trace;
  const info = trace.functions[calls.functionId[row]!]!;
  const after = read(trace, calls.inputsAfter[row]!) as { [name: string]: Value } | undefined;
  const changed = Object.keys(after ?? {}).filter(isIdentifier);
  const { subject, setup, call, isAsync, notes } = partsOf(trace, row, texts, source, changed);
  const { output, error, message } = outcomeOf(trace, row);
  const name = info.called === info.name || info.called === "" ? info.name : `${info.called}.${info.name}`;
  const lines: string[] = [...setup];
  if (error !== undefined) {
    const expected = message === "" ? "" : quote(message);
    lines.push(
      isAsync
        ? `await expect(${call}).rejects.toThrow(${expected});`
        : `expect(() => ${call}).toThrow(${expected});`,
    );
  } else if (output === undefined || info.kind === "setter") {
    lines.push(`${isAsync ? "await " : ""}${call};`);
  } else {
    lines.push(
      `const result = ${isAsync ? "await " : ""}${call};`,
      `expect(result).toEqual(${expectedCode(output).code});`,
    );
  }
  for (const input of changed) lines.push(`expect(${input}).toEqual(${expectedCode(after![input]!).code});`);
  const title = (error === undefined ? texts.returns : texts.throws).replace("{name}", () => name);
  return [
    'import { expect, it } from "vitest";',
    `import { ${subject} } from ${quote(`./${info.file ?? info.module}`)}; // ${texts.exported}`,
    "",
    ...notes,
    `it(${quote(title)}, ${isAsync ? "async " : ""}() => {`,
    ...lines.map((line) => `  ${line}`),
    "});",
    "",
  ].join("\n");
}

/** @param named - inputs that get a name of their own */
function partsOf(
  trace: Trace,
  row: number,
  texts: CodeTexts,
  source: SourceText,
  named: readonly string[],
): Parts {
  const { calls } = trace;
  const info = trace.functions[calls.functionId[row]!]!;
  const inputs = (read(trace, calls.inputs[row]!) ?? {}) as { [name: string]: Value };
  const setup: string[] = [];
  let isWhole = true;
  const values = Object.entries(inputs).map(([name, value]) => {
    const { code, isWhole: isThis } = valueCode(value);
    isWhole &&= isThis;
    if (!named.includes(name)) return code;
    setup.push(`const ${name} = ${code};`);
    return name;
  });
  const notes = isWhole ? [] : [`// ${texts.incomplete}`];
  const isAsync = (calls.flags[row]! & Flag.async) !== 0;
  const names = Object.keys(inputs);
  const written = argumentsOf(textFrom(info, source), (name) => values[names.indexOf(name)]);
  const args = (written ?? values).join(", ");
  const owner = isIdentifier(info.called) ? info.called : "Subject";
  const plain = info.called === info.name || info.called === "";
  if (info.kind === "constructor")
    return { subject: owner, setup, call: `new ${owner}(${args})`, isAsync, notes };
  if (plain) {
    const subject = isIdentifier(info.name) ? info.name : "subject";
    if (subject !== info.name) notes.push(`// ${subject}: ${comment(info.name)}`);
    return { subject, setup, call: `${subject}(${args})`, isAsync, notes };
  }
  let receiver = owner;
  if (calls.instance[row]! >= 0) {
    receiver = `${owner.charAt(0).toLowerCase()}${owner.slice(1)}`;
    if (receiver === owner || named.includes(receiver)) receiver = `the${owner}`;
    setup.unshift(`const ${receiver} = Object.create(${owner}.prototype); // ${texts.receiver}`);
  }
  return { subject: owner, setup, call: memberCall(receiver, info, args), isAsync, notes };
}

/** The file's text from where a function starts. */
function textFrom({ file, line, column }: FunctionInfo, source: SourceText): string {
  const text = file === undefined ? undefined : source(file);
  if (text === undefined || line === undefined || column === undefined) return "";
  const lines = text.split("\n").slice(line - 1);
  return lines.join("\n").slice(column - 1);
}

function memberCall(receiver: string, { kind, name }: FunctionInfo, args: string): string {
  const bare = name.replace(/^[gs]et /, "");
  const member = isIdentifier(bare) ? `${receiver}.${bare}` : `${receiver}[${quote(bare)}]`;
  if (kind === "getter") return member;
  return kind === "setter" ? `${member} = ${args || "undefined"}` : `${member}(${args})`;
}

function outcomeOf(trace: Trace, row: number): { output?: Value; error?: string; message: string } {
  const { calls, errors } = trace;
  const error = errors[calls.error[row]!];
  if (calls.flags[row]! & (Flag.threw | Flag.rejected)) {
    const message = error?.message ?? "";
    return { error: error?.name ? `${error.name}: ${message}` : message, message };
  }
  const output = read(trace, calls.output[row]!);
  return output === undefined ? { message: "" } : { output, message: "" };
}

function read({ values }: Trace, ref: number): Value | undefined {
  const text = values.text(ref);
  return text === undefined ? undefined : (JSON.parse(text) as Value);
}
