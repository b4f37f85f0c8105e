import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import Handlebars from "handlebars";
import { openOutput } from "../files/output-file.js";
import { OWN_FOLDER } from "../own-folder.js";
import { sha256Of } from "../sha256.js";
import type { Trace } from "../trace/columns.js";
import { type PageChoices, pageBlocks } from "./packed.js";

export interface RenderOptions {
  /** First language shown; the page holds both. */
  language?: "en" | "es";
  theme?: "dark" | "light" | "auto";
  title?: string;
  /** Embed the traced files' source, where it is still what was run. True by default. */
  sources?: boolean;
  onProgress?: (step: string) => void;
}

const deflate = promisify(deflateRaw);
/** Deflate's middle level costs twice as much for some percent. */
const LEVEL = 3;
const ROOT = join(OWN_FOLDER, "..");

/**
 * Writes a trace as one self-contained HTML page, as pieces of text in order.
 *
 * Nothing of the trace can become markup or script: it is embedded as compressed columns in base64, and the page shows
 * it as text only. A Content-Security-Policy forbids every request.
 */
export async function renderHtml(trace: Trace, options: RenderOptions = {}): Promise<string> {
  const progress = options.onProgress ?? (() => {});
  progress("packing");
  const { calls } = trace;
  const title = options.title ?? `${trace.functions[calls.functionId[0]!]?.name ?? "trace"} · FlowTrace`;
  const choices: PageChoices = {
    language: options.language ?? "en",
    theme: options.theme ?? "dark",
    title,
    sources: options.sources === false ? {} : readSources(trace),
  };
  const blocks = pageBlocks(trace, choices);
  progress("compressing");
  const data = await Promise.all(
    blocks.map(async (bytes) => ({
      bytes: bytes.length,
      base64: (await deflate(bytes, { level: LEVEL })).toString("base64"),
    })),
  );
  progress("writing");
  const script = readFileSync(join(ROOT, "dist", "view", "client.js"), "utf8");
  const style = ["viewer.css", "views.css", "details.css", "shell.css"]
    .map((name) => readFileSync(join(ROOT, "templates", name), "utf8"))
    .join("\n");
  const template = Handlebars.compile(readFileSync(join(ROOT, "templates", "viewer.hbs"), "utf8"));
  return template({
    title,
    language: choices.language,
    theme: choices.theme,
    style,
    script,
    scriptHash: hash(script),
    styleHash: hash(style),
    data,
  });
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/** The traced files whose text is still what was run. */
function readSources(trace: Trace): Record<string, string> {
  const sources: Record<string, string> = {};
  for (const { file, path, sha256 } of trace.end.files) {
    try {
      const text = readFileSync(path, "utf8");
      if (sha256Of(text) === sha256) sources[file] = text;
    } catch {
      // it is not on this machine
    }
  }
  return sources;
}

/**
 * {@link renderHtml} into a file that only its owner can read.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE
 */
export async function writeHtmlFile(trace: Trace, path: string, options: RenderOptions = {}): Promise<void> {
  const output = openOutput(path);
  try {
    output.write(Buffer.from(await renderHtml(trace, options)));
    output.commit();
  } catch (error) {
    throw output.failed(error);
  }
}
