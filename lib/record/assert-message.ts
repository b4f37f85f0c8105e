import { getOwnPropertyDescriptor } from "../primordials.js";

const QUOTES = "The expression evaluated to a falsy value:\n\n";

/** Later versions have the text from V8. */
const readsFile = Number.parseInt(process.versions.node, 10) < 22;

/**
 * `assert(a === b)` says in its message what stands there. Node 20 reads that from the file, at the column that V8 has.
 * To be called when the error's stack is first formatted, which its constructor does: the message is its head.
 *
 * @param place - gives the call's, 1-based, in the original, and the file's text; undefined where nothing was inserted
 */
export function mendAssertion(
  error: object,
  place: () => { line: number; column: number; text: string } | undefined,
): void {
  if (!readsFile || !isOfOk(error)) return;
  const at = place();
  if (at === undefined) return;
  const quoted = callAt(at.text, at.line, at.column);
  if (quoted !== undefined) (error as Error).message = `${QUOTES}  ${quoted}\n`;
}

/** Whether it is of `assert.ok`, or of what looks the same, and no message was given. */
function isOfOk(error: object): boolean {
  if (own(error, "code") !== "ERR_ASSERTION" || own(error, "operator") !== "==") return false;
  if (own(error, "expected") !== true || own(error, "actual")) return false;
  return own(error, "generatedMessage") === true || String(own(error, "message")).startsWith(QUOTES);
}

function own(error: object, key: string): unknown {
  return getOwnPropertyDescriptor(error, key)?.value;
}

/** The call whose name, or the last one of its names, or else whose bracket, stands at a place; with less indentation, as Node shows it. */
function callAt(text: string, line: number, column: number): string | undefined {
  const lines = text.split("\n");
  const before = lines[line - 1]?.slice(0, column - 1) ?? "";
  const opening = /^([\w$]*)\s*\(/.exec(lines[line - 1]?.slice(column - 1) ?? "");
  const callee = (opening?.[1] === "" ? BRACKETED : OBJECTS).exec(before);
  // `assert.equal(a, true)` fails in the same way.
  if (opening === null || callee === null || /equal\W*$/i.test(callee[0] + opening[1])) return undefined;
  const from = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const at = from + column - 1;
  const start = at - callee[0].length;
  const end = endOfBrackets(text, at + opening[0].length - 1);
  if (end < 0) return undefined;
  const [first, ...rest] = text.slice(start, end).replaceAll("\r\n", "\n").split("\n");
  const indentation = new RegExp(`^[ \\t]{0,${start - from}}`);
  return [first, ...rest.map((each) => `  ${each.replace(indentation, "")}`)].join("\n");
}

/** `assert.` */
const OBJECTS = /(?:[\w$]+\s*\.\s*)*$/;
/** `(0, assert.ok)`, as compilers write it. */
const BRACKETED = /(?:\([^()]*\)|[\w$.]+\[[^\]]*\])\s*$/;

const TOKEN = /\s+|\/\/.*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|[\w$]+|[\s\S]/y;
const REGULAR_EXPRESSION = /\/(?!\*)(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(`|\$\{)/y;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
/** Words that an operand follows. */
const OPERATOR = /^(?:return|typeof|in|of|instanceof|void|delete|await|yield|new)$/;

/** @returns behind the bracket that closes the one at `open`; below 0 for none */
function endOfBrackets(text: string, open: number): number {
  const awaited: string[] = [];
  let i = open;
  let isOperand = true;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = i;
    const found = pattern.exec(text);
    if (found !== null) i = pattern.lastIndex;
    return found;
  };
  do {
    if (awaited.at(-1) === "`") {
      const end = next(TEMPLATE)?.[1];
      if (end === undefined) return -1;
      isOperand = end !== "`";
      if (isOperand) awaited.push("}");
      else awaited.pop();
      continue;
    }
    if (isOperand && text[i] === "/" && next(REGULAR_EXPRESSION) !== null) {
      isOperand = false;
      continue;
    }
    const token = next(TOKEN)?.[0];
    if (token === undefined) return -1;
    if (/^(?:\s|\/[/*])/.test(token)) continue;
    if (token === "`") awaited.push(token);
    else if (token in CLOSING) awaited.push(CLOSING[token]!);
    else if (/^[)\]}]$/.test(token) && awaited.pop() !== token) return -1;
    isOperand = /^[\w$]/.test(token) ? OPERATOR.test(token) : !/^[)\]}'"]/.test(token);
  } while (awaited.length > 0);
  return i;
}
