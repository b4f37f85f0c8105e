import { Char, type JsonScanner, ScanError } from "./json-scan.js";
import { rewritePythonLiterals } from "./pytraceflow.js";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * What a value that was checked already says, as objects.
 *
 * @param longest - bytes; longer texts are parsed in pieces, as a string of V8 ends at 512 MiB
 */
export function parseLarge(scan: JsonScanner, start: number, end: number, longest = 1 << 26): unknown {
  const { bytes } = scan;
  if (end - start < longest) {
    const text = decoder.decode(bytes.subarray(start, end));
    return JSON.parse(scan.sawPythonLiteral ? rewritePythonLiterals(text) : text);
  }
  const isObject = bytes[start] === Char.openBrace;
  if (!isObject && bytes[start] !== Char.openBracket) throw new ScanError(start, "a shorter text");
  const pieces: [string, unknown][] = [];
  for (let p = scan.blank(start + 1); p < end - 1; p = scan.blank(p)) {
    if (bytes[p] === Char.comma) p = scan.blank(p + 1);
    const valueStart = isObject ? scan.key(p) : p;
    const key = isObject ? (parseLarge(scan, p, scan.keyEnd, longest) as string) : "";
    p = scan.value(valueStart);
    pieces.push([key, parseLarge(scan, valueStart, p, longest)]);
  }
  return isObject ? Object.fromEntries(pieces) : pieces.map(([, value]) => value);
}
