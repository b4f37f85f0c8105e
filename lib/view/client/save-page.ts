import type { Trace } from "../../trace/columns.js";
import { type PageMeta, pageBlocks } from "../packed.js";

/** What of this page any other page has: its script and its style, which the policy in its head names by their hashes. */
interface Frame {
  head: string;
  script: string;
}

/**
 * A page like this one, of another trace: made of its own head and script, which know nothing of the trace that they show.
 *
 * @param trace - what it shows, such as a part of this page's trace
 */
export async function pageOf(trace: Trace, meta: PageMeta, language: string, theme: string): Promise<Blob> {
  const { head, script } = frame();
  const files = new Set(trace.functions.map(({ file }) => file));
  const sources = Object.fromEntries(Object.entries(meta.sources).filter(([file]) => files.has(file)));
  const parts: BlobPart[] = [
    `<!doctype html>\n<html lang="${language}" data-theme="${theme}">\n${head}\n<body>\n`,
    '<div id="app"><p class="loading" role="status">FlowTrace…</p></div>\n',
  ];
  for (const block of pageBlocks(trace, { language, theme, title: meta.title, sources }))
    parts.push(
      `<script type="application/octet-stream" data-bytes="${block.length}">`,
      toBase64(await deflate(block)),
      "</script>\n",
    );
  parts.push(`${script}\n</body>\n</html>\n`);
  return new Blob(parts, { type: "text/html;charset=utf-8" });
}

function frame(): Frame {
  return {
    head: document.head.outerHTML,
    script: document.querySelector("body > script:not([type])")!.outerHTML,
  };
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes turned into one text of characters at once: a call takes no more arguments than some ten thousands. */
const PIECE = 0x6000;

/** Browsers of 2025 and later do it themselves. */
function toBase64(bytes: Uint8Array): string {
  const native = (bytes as { toBase64?: () => string }).toBase64;
  if (native !== undefined) return native.call(bytes);
  let text = "";
  // Three bytes are four characters: pieces of whole threes can stand one behind the other.
  for (let at = 0; at < bytes.length; at += PIECE)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return text;
}
