import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import { callsOf, command, folderWith, NODES, readJson, run } from "../support/run.js";
import { schemaProblems } from "../support/schema.js";

/** Records a program that behaves as it does without us. */
async function recorded(node: string, program: string, ...options: string[]): Promise<CallJson> {
  const cwd = folderWith({ "app.js": program });
  const plain = await run(node, ["app.js"], { cwd });
  const traced = await command("flowtrace", [...options, "-s", "app.js"], { cwd }, node);
  expect({ code: traced.code, stdout: traced.stdout }).toEqual({ code: plain.code, stdout: plain.stdout });
  const root = readJson(join(cwd, "flowtrace.json"));
  expect(schemaProblems([root])).toEqual([]);
  return root;
}

const named = (root: CallJson, name: string): CallJson[] =>
  callsOf(root).filter(({ callable }) => callable === name);

for (const node of NODES) {
  describe(`the outside world (${node})`, () => {
    it("shows HTTP requests with method, address and status, secrets apart, and what serves them below", async () => {
      const root = await recorded(
        node,
        `
        const http = require("node:http");
        function answer(response, status) { response.statusCode = status; response.end("hi") }
        function serve(request, response) {
          if (request.url.startsWith("/late")) setTimeout(() => answer(response, 201), 5);
          else answer(response, request.method === "POST" ? 404 : 200);
        }
        async function ask(port) {
          await (await fetch("http://localhost:" + port + "/a?page=2&api_key=k123", { method: "POST" })).text();
          await fetch("http://localhost:" + port + "/late").then((response) => response.text());
          
          await new Promise((resolve) => http.get({ port, path: "/old" }, (response) => response.resume().on("end", resolve)));
          server.close();
          server.closeAllConnections();
          await fetch("http://localhost:" + port + "/refused").catch(() => {});
        }
        const server = http.createServer(serve).listen(0, () => ask(server.address().port));`,
      );
      const [ask] = named(root, "ask");
      const port = ask!.inputs.port;
      const requests = ask!.calls.filter(({ kind }) => kind === "builtin");
      expect(
        requests.map(({ callable, inputs, output, error }) => [callable, inputs, output ?? error]),
      ).toMatchObject([
        [
          "fetch",
          {
            method: "POST",
            url: `http://localhost:${port}/a`,
            query: { page: "2", api_key: { $type: "filtered" } },
          },
          { status: 404 },
        ],
        ["fetch", { method: "GET", url: `http://localhost:${port}/late` }, { status: 201 }],
        ["fetch", { method: "GET", url: `http://localhost:${port}/refused` }, expect.stringContaining("")],
      ]);
      expect(requests[0]!.attributes).toEqual({
        "http.request.method": "POST",
        "http.response.status_code": 404,
      });
      expect(requests[1]!.duration_ms).toBeGreaterThan(4);
      const served = root.calls.filter(({ called }) => called === "Server");
      expect(served.map(({ inputs, calls }) => [inputs.url, calls.map(({ callable }) => callable)])).toEqual([
        ["/a", ["serve"]],
        ["/late", ["serve"]],
        ["/old", ["serve"]],
      ]);
      expect(named(root, "answer").map(({ output }) => output)).toHaveLength(3);
      expect(JSON.stringify(requests).includes("k123")).toBe(false);
    });

    it("says nothing of it with --no-builtins", async () => {
      const root = await recorded(
        node,
        'function ask() { return fetch("http://localhost:1/").catch(() => 1) } ask();',
        "--no-builtins",
      );
      expect(callsOf(root).some(({ kind }) => kind === "builtin")).toBe(false);
    });
  });
}
