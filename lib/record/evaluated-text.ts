import type { Debugger, Session } from "node:inspector";

/**
 * A line of a text that the program has given to `eval`, of which nothing but its number and its length is known. The
 * debugger of V8 knows all scripts that still are; it is asked when nothing of the program runs any more.
 *
 * @param line - 1-based, as the column
 * @returns undefined when there is none: it has been collected, or this Node has no debugger
 */
export function evaluatedLine(line: number, column: number): string | undefined {
  let session: Session;
  try {
    session = new (require("node:inspector") as typeof import("node:inspector")).Session();
    session.connect();
  } catch {
    return undefined;
  }
  const scripts: Debugger.ScriptParsedEventDataType[] = [];
  session.on("Debugger.scriptParsed", ({ params }) => {
    if (params.url === "") scripts.push(params);
  });
  session.post("Debugger.enable");
  let found: string | undefined;
  // The last one that was evaluated has come farthest.
  for (const { scriptId } of scripts.reverse()) {
    session.post("Debugger.getScriptSource", { scriptId }, (_, answer) => {
      const text = answer?.scriptSource.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
      if (text !== undefined && column <= text.length) found ??= text;
    });
    if (found !== undefined) break;
  }
  session.disconnect();
  return found;
}
