import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { command, folderWith, ROOT } from "../support/run.js";

let cwd: string;
beforeAll(async () => {
  cwd = folderWith();
  await command("flowtrace", ["-s", join(ROOT, "samples/error-internal/error-internal.js")], { cwd });
});

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  status: { code?: number };
  events: { name: string }[];
}

/** Takes OTLP as JSON on loopback; `answer` decides on each request. */
async function receiver(
  answer: (n: number) => number,
): Promise<{ url: string; spans: OtlpSpan[]; close(): void }> {
  const spans: OtlpSpan[] = [];
  let requests = 0;
  const bodyOf = async (request: IncomingMessage): Promise<Buffer> => Buffer.concat(await request.toArray());
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const status = answer(++requests);
    if (status === 200) {
      const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      const { resourceSpans } = JSON.parse(text.toString()) as {
        resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
      };
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    response.writeHead(status, { "content-type": "application/json", "retry-after": "0" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/traces`, spans, close: () => server.close() };
}

describe("flowtrace-export", () => {
  it("sends every call once as a span, under its caller, though the receiver is busy at first", async () => {
    const { url, spans, close } = await receiver((n) => (n === 1 ? 503 : 200));
    const { code, stderr } = await command(
      "flowtrace-export",
      ["--endpoint", url, "--protocol", "http/json", "--compression", "gzip"],
      { cwd },
    );
    close();
    expect(stderr).toContain("14 spans accepted");
    expect(code).toBe(0);
    expect(spans.length).toBe(14);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(14);
    expect(spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId)).length).toBe(1);
    const thrower = spans.filter(({ name }) => name.endsWith("::validate")).at(-1)!;
    expect(thrower.status.code).toBe(2);
    expect(thrower.events.map(({ name }) => name)).toEqual(["exception"]);
  });

  it("writes files that nest for other tools", async () => {
    await command("flowtrace-export", ["--format", "chrome", "-o", "c.json"], { cwd });
    const { traceEvents } = JSON.parse(readFileSync(join(cwd, "c.json"), "utf8"));
    expect(traceEvents.filter(({ ph }: { ph: string }) => ph === "X").length).toBe(14);
    await command("flowtrace-export", ["--format", "speedscope", "-o", "s.json"], { cwd });
    const { profiles } = JSON.parse(readFileSync(join(cwd, "s.json"), "utf8"));
    for (const { events } of profiles) {
      const open: number[] = [];
      let last = 0;
      for (const { type, frame, at } of events) {
        expect(at).toBeGreaterThanOrEqual(last);
        last = at;
        if (type === "O") open.push(frame);
        else expect(open.pop()).toBe(frame);
      }
      expect(open).toEqual([]);
    }
  });
});

describe("flowtrace-show", () => {
  it("shows the failing path first, in both languages", async () => {
    const english = await command("flowtrace-show", ["--lang", "en"], { cwd });
    const spanish = await command("flowtrace-show", ["--lang", "es"], { cwd });
    expect(english.stdout).toMatch(
      /^✗ error-internal\.js exit code 1 · .* · 13 calls · 1 error\n\nWhat went wrong\n/,
    );
    expect(spanish.stdout).toContain("Qué ha fallado");
    expect(english.stdout).toContain('validate(item={name: "cake", quantity: -1');
  });

  it("gives the same facts as JSON", async () => {
    const { stdout } = await command("flowtrace-show", ["--json"], { cwd });
    const facts = JSON.parse(stdout);
    expect(facts.exit_code).toBe(1);
    expect(facts.failing_path.at(-1)).toMatchObject({
      function: "validate",
      inputs: { item: { quantity: -1 } },
    });
  });

  it("names file and line of a trace that is cut off, ends with 2, and salvages what is there", async () => {
    const text = readFileSync(join(cwd, "flowtrace.json"), "utf8");
    writeFileSync(join(cwd, "cut.json"), text.slice(0, text.length / 2));
    const refused = await command("flowtrace-show", ["cut.json"], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/cut\.json: line \d+/);
    expect(refused.stderr).not.toContain("    at ");
    const salvaged = await command("flowtrace-show", ["cut.json", "--salvage", "--lang", "en"], { cwd });
    expect(salvaged.code).toBe(0);
    expect(salvaged.stdout).toContain("total(");
  });
});

describe("flowtrace-recover", () => {
  it("rebuilds the trace from journals that were kept", async () => {
    const folder = folderWith({ "app.js": "function f(n) { return n * 2 } f(21)" });
    await command("flowtrace", ["-s", "app.js", "--keep-journal"], { cwd: folder });
    const { code } = await command("flowtrace-recover", ["flowtrace.json.run", "-o", "again.json"], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const [root] = JSON.parse(readFileSync(join(folder, "again.json"), "utf8"));
    expect(root.calls[0]).toMatchObject({ callable: "f", output: 42 });
    expect(root.flowtrace_end.recovered).toBe(true);
  });
});
