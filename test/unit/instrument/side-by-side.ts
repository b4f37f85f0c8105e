import { inspect } from "node:util";
import { createContext, Script } from "node:vm";
import { installFunctionText } from "../../../lib/function-text.js";
import { createPositions } from "../../../lib/instrument/positions.js";
import { bind, type RewrittenFile, rewrite, unbound } from "../../../lib/instrument/rewrite.js";
import { exposeProbe } from "../../../lib/probe.js";
import { withoutInsertions } from "../../../lib/record/original-text.js";
import { createFakeProbe, type FakeProbe } from "./fake-probe.js";

/** What a program shows of itself. */
export interface Outcome {
  /** The value of its last statement, or what it threw; a promise is waited for. */
  value: string;
  /** How many promise ticks after the end of the script that was. */
  ticks: number;
  /** What it said by `log(…)`. */
  log: string[];
  unhandled: number;
}

export interface SideBySide {
  plain: Outcome;
  traced: Outcome;
  rewritten: RewrittenFile;
  probe: FakeProbe;
}

const FILE = "/app/case.js";

export function rewriteScript(source: string): RewrittenFile {
  const rewritten = rewrite(source, {
    filename: FILE,
    sourceType: "script",
    isSecret: (name) => name === "password",
  });
  if (rewritten === null) throw new Error(`nothing was inserted in ${source}`);
  return rewritten;
}

/** Runs a script as it is, and rewritten with a probe that writes down what it is told. */
export async function sideBySide(source: string): Promise<SideBySide> {
  const rewritten = rewriteScript(source);
  const probe = createFakeProbe(rewritten);
  const plain = await outcomeOf(source, undefined, (_, column) => column);
  const positions = createPositions((file) => file);
  positions.add(FILE, { pieces: rewritten.pieces, moved: rewritten.moved });
  const code = bind(unbound(rewritten.code), 1, 1);
  const traced = await outcomeOf(
    code,
    probe,
    (line, column) => positions.original(FILE, line, column).column,
  );
  return { plain, traced, rewritten, probe };
}

type OriginalColumn = (line: number, column: number) => number;

async function outcomeOf(
  code: string,
  probe: FakeProbe | undefined,
  originalColumn: OriginalColumn,
): Promise<Outcome> {
  const log: string[] = [];
  const shown = (value: unknown): string => originalColumns(inspect(value, { depth: 4 }), originalColumn);
  const context = createContext({
    log: (...values: unknown[]) => {
      log.push(
        values
          .map((value) => (typeof value === "string" ? originalColumns(value, originalColumn) : shown(value)))
          .join(" "),
      );
    },
    /** The frames of this file. */
    frames: (error: Error) =>
      String(error.stack)
        .split("\n")
        .filter((line) => line.includes(FILE))
        .map((line) => line.trim())
        .join(" < "),
    setTimeout,
    setImmediate,
    queueMicrotask,
  });
  if (probe !== undefined) {
    exposeProbe(new Script("globalThis").runInContext(context), probe.probe);
    installFunctionText(withoutInsertions, new Script("Function.prototype").runInContext(context));
  }
  let unhandled = 0;
  const count = (): void => {
    unhandled++;
  };
  process.on("unhandledRejection", count);
  try {
    let value: unknown;
    let threw = false;
    try {
      value = new Script(code, { filename: FILE }).runInContext(context);
    } catch (error) {
      threw = true;
      value = error;
    }
    let ticks = -1;
    if (!threw && isThenable(value)) {
      const ladder = climb();
      try {
        value = await value.then((result: unknown) => {
          ticks = ladder();
          return result;
        });
      } catch (error) {
        ticks = ladder();
        threw = true;
        value = error;
      }
    }
    // Unhandled rejections are told when the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve));
    return { value: `${threw ? "threw " : ""}${shown(value)}`, ticks, log, unhandled };
  } finally {
    process.off("unhandledRejection", count);
  }
}

/** Counts promise ticks until it is asked. */
function climb(): () => number {
  let rungs = 0;
  let climbing = true;
  const step = (): void => {
    if (!climbing) return;
    rungs++;
    if (rungs < 100) Promise.resolve().then(step);
  };
  Promise.resolve().then(step);
  return () => {
    climbing = false;
    return rungs;
  };
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** A stack's positions in the program, as in its original text; frames of ours and of Node are left out. */
function originalColumns(text: string, originalColumn: OriginalColumn): string {
  return text
    .split("\n")
    .filter((line) => !/^\s+at /.test(line) || line.includes(FILE))
    .map((line) =>
      line.replace(
        /case\.js:(\d+):(\d+)/g,
        (_, at: string, column: string) => `case.js:${at}:${originalColumn(Number(at), Number(column))}`,
      ),
    )
    .join("\n");
}
