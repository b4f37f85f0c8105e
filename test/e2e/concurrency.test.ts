import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import { callsOf, command, folderWith, NODES, readJson } from "../support/run.js";

const REQUESTS = 1000;

/** All requests are in the server before the first goes on: by streams of one connection, which takes few descriptors. */
const SERVER = `
const http2 = require("node:http2");
const waiting = [];
const all = () => new Promise((go) => { if (waiting.push(go) === ${REQUESTS}) for (const each of waiting) each() });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function load(id) { await wait(id % 7); return { id } }
function tax(id) { return id % 3 }
async function quote(row) { await null; return row.id * 10 + tax(row.id) }
async function audit(id, total) { await wait((id * 13) % 5); return total > 0 || id === 0 }

async function handle(id) {
  await all();
  const row = await load(id);
  const total = await quote(row);
  await audit(id, total);
  return total;
}

const server = http2.createServer();
server.on("stream", (stream, headers) => {
  handle(Number(headers[":path"].slice(1))).then((total) => { stream.respond(); stream.end(String(total)) });
});
server.listen(0, "127.0.0.1", () => {
  const client = http2.connect("http://127.0.0.1:" + server.address().port);
  let left = ${REQUESTS}, sum = 0;
  for (let id = 0; id < ${REQUESTS}; id++) {
    const request = client.request({ ":path": "/" + id });
    let text = "";
    request.setEncoding("utf8").on("data", (part) => { text += part });
    request.on("end", () => { sum += Number(text); if (--left === 0) { console.log(sum); client.close(); server.close() } });
    request.end();
  }
});
`;

/** Each call of a request, with the request's number wherever it is given. */
function shapeOf(handle: CallJson, id: number): string {
  const names: string[] = [];
  for (const { callable, inputs, status } of callsOf({ ...handle, calls: [handle] })) {
    if (!/^(?:handle|load|quote|tax|audit|wait|all)$/.test(callable)) continue;
    const row = inputs.row as { id: number } | undefined;
    const given = row?.id ?? inputs.id;
    names.push(
      `${callable}${given === undefined ? "" : given === id ? "(id)" : `(${String(given)})`} ${status}`,
    );
  }
  return names.join(", ");
}

describe.each(NODES)("with %s", (node) => {
  it("keeps every call of 1,000 requests at once in the tree of its own request", async () => {
    const cwd = folderWith({ "server.js": SERVER });
    const { stdout } = await command("flowtrace", ["-s", "server.js"], { cwd }, node);
    expect(stdout).toBe("4995999\n");
    const calls = callsOf(readJson(join(cwd, "flowtrace.json")));
    const handles = calls.filter(({ callable }) => callable === "handle");
    expect(handles.map(({ inputs }) => Number(inputs.id)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: REQUESTS }, (_, id) => id),
    );
    const shapes = new Set(handles.map((handle) => shapeOf(handle, Number(handle.inputs.id))));
    expect([...shapes]).toEqual([
      "handle(id) ok, all ok, load(id) ok, wait ok, quote(id) ok, tax(id) ok, audit(id) ok, wait ok",
    ]);
    // None is anywhere else.
    for (const name of ["all", "load", "quote", "tax", "audit"])
      expect(calls.filter(({ callable }) => callable === name).length).toBe(REQUESTS);
  });
});
