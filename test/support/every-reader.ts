import { FlowTraceError } from "../../lib/errors.js";
import { FORMAT_NAMES, toFormat } from "../../lib/export/formats.js";
import { describeTrace } from "../../lib/show/describe.js";
import { showTrace } from "../../lib/show/show.js";
import type { Trace } from "../../lib/trace/columns.js";
import { createTraceParser } from "../../lib/trace/parse.js";
import { serializeTrace } from "../../lib/trace/serialize.js";
import { packTrace } from "../../lib/view/packed.js";

const TERMINAL = { colors: false, columns: 100 };

/** Everything that our commands make of a trace; whatever they make, they must not trip over what it holds. */
const READERS: Record<string, (trace: Trace) => Promise<void> | void> = {
  "flowtrace-show": (trace) =>
    drain(showTrace(trace, { terminal: TERMINAL, language: "es", depth: 20, top: 8 })),
  "flowtrace-show --call": (trace) => {
    for (let call = 0; call < trace.calls.length; call++)
      drain(showTrace(trace, { terminal: TERMINAL, language: "en", depth: 5, top: 8, call }));
  },
  "flowtrace-show --json": (trace) =>
    void JSON.stringify(describeTrace(trace, { top: 8, filter: "error:* or dur>0ms" })),
  "the trace written again": (trace) => drain(serializeTrace(trace)),
  "flowtrace-visual": (trace) => void packTrace(trace),
};
for (const format of FORMAT_NAMES) {
  READERS[`flowtrace-export --format ${format}`] = async (trace) => {
    for await (const _ of toFormat(trace, format));
  };
}

function drain(pieces: Iterable<unknown>): void {
  for (const _ of pieces);
}

/** What our readers say of a file with these bytes: the message of the refusal, or nothing when all of them read it. */
export async function whatReadersSay(
  bytes: Uint8Array,
  { salvage = false } = {},
): Promise<string | undefined> {
  let trace: Trace;
  try {
    const parser = createTraceParser({ name: "t.json", salvage });
    parser.push(bytes);
    trace = parser.end();
  } catch (error) {
    if (error instanceof FlowTraceError) return error.message;
    throw error;
  }
  for (const [name, read] of Object.entries(READERS)) {
    try {
      await read(trace);
    } catch (error) {
      throw new Error(`${name} trips over it`, { cause: error });
    }
  }
  return undefined;
}
