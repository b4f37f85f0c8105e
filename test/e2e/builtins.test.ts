import { mkdirSync, writeFileSync } from "node:fs";
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
    it("shows a request whose client went away as aborted, in the time it took", async () => {
      const root = await recorded(
        node,
        `
        const http = require("node:http");
        const server = http.createServer((request, response) => {
          response.writeHead(200).write("half");
          response.on("close", () => { console.log("closed", response.writableFinished); server.close() });
        });
        server.listen(0, () => {
          const request = http.get({ port: server.address().port, path: "/half" }, () => request.destroy());
          request.on("error", () => {});
        });`,
      );
      const [served] = callsOf(root).filter(({ called }) => called === "Server");
      expect(served).toMatchObject({ status: "ok", output: { status: 200, aborted: true } });
    });

    it("shows what hashes and makes random bytes, without the key", async () => {
      const root = await recorded(
        node,
        `
        const crypto = require("node:crypto");
        function sign(text) { return crypto.createHmac("sha256", "my key").update(text).digest("hex") }
        function id() { return crypto.randomBytes(8).length }
        function later(done) { crypto.randomBytes(4, (error, bytes) => done(bytes.length)) }
        console.log(crypto.createHash("sha1").update("x").digest("hex"), sign("a"), id());
        later((length) => console.log(length));`,
      );
      const told = callsOf(root).filter(({ kind }) => kind === "builtin");
      expect(told.map(({ callable, inputs, output }) => [callable, inputs, output ?? null])).toMatchObject([
        ["createHash", { algorithm: "sha1" }, "Hash"],
        ["createHmac", { algorithm: "sha256", secret: { $type: "filtered" } }, "Hmac"],
        ["randomBytes", { size: 8 }, { bytes: 8 }],
        ["randomBytes", { size: 4 }, { bytes: 4 }],
      ]);
    });

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
      const old = callsOf(ask!).filter(({ callable }) => callable === "request");
      expect(old.map(({ inputs, output }) => [inputs.url, output])).toEqual([
        [`http://localhost/old`, { status: 200 }],
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

    it("puts what deals with a request below it, also after its body was waited for", async () => {
      const root = await recorded(
        node,
        `
        const http = require("node:http");
        function parsed(request, response, next) {
          request.on("data", () => {}).on("end", new Function("next", "return () => next()")(next));
        }
        async function order(ctx, next) { await null; return ctx.id }
        function handler(request, response) { response.end("ok") }
        function router() {
          return (request, response) => { order({ req: request, id: 1 }); handler(request, response) };
        }
        const route = router();
        const server = http.createServer((request, response) => parsed(request, response, () => route(request, response)));
        // As a framework does: its functions are not recorded.
        const dispatch = new Function("handlers", "return (request, response) => { request.resume().on('end', () => handlers.forEach((each) => each(request, response))) }");
        const other = http.createServer(dispatch([route]));
        async function ask(to) {
          const { port } = to.address();
          for (const path of ["/a", "/b"]) {
            const response = await fetch("http://localhost:" + port + path, { method: "POST", body: "x" });
            console.log(response.status, await response.text());
          }
          to.close();
          to.closeAllConnections();
        }
        server.listen(0, () => ask(server));
        other.listen(0, () => ask(other));`,
      );
      const served = root.calls.filter(({ called }) => called === "Server");
      expect(served.map(({ inputs }) => inputs.url).sort()).toEqual(["/a", "/a", "/b", "/b"]);
      for (const call of served) {
        const below = callsOf(call).map(({ callable }) => callable);
        expect(below).toEqual(expect.arrayContaining(["order", "handler"]));
      }
      expect(named(root, "handler")).toHaveLength(4);
    });

    it("shows files read and written, by callback, promise or at once, with lengths in place of contents", async () => {
      const root = await recorded(
        node,
        `
        const fs = require("node:fs"), { readFileSync: read, promises: { stat } } = require("fs"), fsp = require("fs/promises");
        const { promisify } = require("node:util"), { join } = require("node:path"), zlib = require("zlib");
        function name(n) { return join(__dirname, "f" + n) }
        function atOnce() {
          fs.writeFileSync(name(1), "password=hunter2", "utf8");
          try { fs.readFileSync(name(0)) } catch (error) { console.log(error.code, error.stack.split("\\n").length) }
          return read(name(1)).length + zlib.gzipSync(read(name(1), "utf8")).length * 0;
        }
        function later(done) {
          fs.readFile(name(1), (error, data) => { console.log(error, data.length, new Error("x").stack.split("\\n")[2]); done() });
          fs.stat(name(0), function (error) { console.log(error.code) });
        }
        async function promised() {
          await fsp.appendFile(name(1), Buffer.from("more"));
          try { await fs.promises.readFile(name(0)) } catch (error) { console.log(error.code) }
          (await fsp.readFile(name(1), "utf8")).length;
          const [a] = await Promise.all([fsp.readFile(name(1)), fs.promises.stat(name(1))]);
          return a.length;
        }
        console.log(atOnce());
        later(() => promised().then(console.log));`,
      );
      const told = (call: CallJson): unknown[] =>
        call.calls
          .filter(({ kind }) => kind === "builtin")
          .map(({ callable, module, inputs, output, error, status }) => {
            const values = JSON.parse(
              JSON.stringify(Object.values(inputs)).replace(/"[^"]*\/f(\d)"/g, '"f$1"'),
            );
            return [`${module}.${callable}`, values, status === "ok" ? output : error!.replace(/'.*'/, "…")];
          });
      expect(told(named(root, "atOnce")[0]!)).toEqual([
        ["node:fs.writeFileSync", ["f1", { length: 16 }, "utf8"], { $type: "undefined" }],
        ["node:fs.readFileSync", ["f0"], "Error: ENOENT: no such file or directory, open …"],
        ["node:fs.readFileSync", ["f1"], { bytes: 16 }],
        ["node:fs.readFileSync", ["f1", "utf8"], { length: 16 }],
        ["node:zlib.gzipSync", [{ length: 16 }], { bytes: expect.any(Number) }],
      ]);
      expect(told(named(root, "later")[0]!)).toEqual([
        ["node:fs.readFile", ["f1"], { bytes: 16 }],
        ["node:fs.stat", ["f0"], "Error: ENOENT: no such file or directory, stat …"],
      ]);
      expect(told(named(root, "promised")[0]!)).toMatchObject([
        ["node:fs.appendFile", ["f1", { bytes: 4 }], { $type: "undefined" }],
        ["node:fs.readFile", ["f0"], "Error: ENOENT: no such file or directory, open …"],
        ["node:fs.readFile", ["f1", "utf8"], { length: 20 }],
        ["node:fs.readFile", ["f1"], { bytes: 20 }],
        ["node:fs.stat", ["f1"], { $type: "instance" }],
      ]);
      // All but the time of the call itself is waiting.
      const promised = named(root, "promised")[0]!.calls.filter(({ kind }) => kind === "builtin");
      for (const call of promised) expect(call.duration_ms!).toBeGreaterThan(call.active_ms!);
      expect(JSON.stringify(root).includes("hunter2")).toBe(false);
    });

    it("puts what a timer is given by name below who set it, and one that sets itself again beside itself", async () => {
      const root = await recorded(
        node,
        `
        const { inspect } = require("util");
        async function later(a, b) { if (a === "throws") throw new Error("later"); return a + b }
        function leaf() { return new Error("leaf").stack.split("\\n").length }
        function poll(left) { leaf(); if (left > 0) setTimeout(poll, 1, left - 1) }
        async function wait(left) { await null; if (left > 0) setImmediate(wait, left - 1) }
        class Ticker { count = 0; tick() { if (++this.count === 2) clearInterval(this.timer) } start() { this.timer = setInterval(this.tick.bind(this), 1) } }
        function start(done) {
          const timer = setTimeout(later, 2, 1, 2);
          console.log(inspect(timer).match(/_onTimeout: .*/)[0], timer._onTimeout.name, timer._onTimeout.length);
          setTimeout(poll, 1, 3);
          setImmediate(wait, 2);
          new Ticker().start();
          setTimeout(done, 30);
          return new Promise((resolve) => setTimeout(resolve, 40, "resolved"));
        }
        start(() => console.log("done", leaf())).then((text) => { console.log(text); setTimeout(fails, 1) });
        function fails() { throw new TypeError("uncaught") }
        process.on("uncaughtException", (error) => console.log(error.stack));`,
      );
      const [start] = named(root, "start");
      const below = (call: CallJson): string[] =>
        call.calls.filter(({ kind }) => kind !== "builtin").map(({ callable }) => callable);
      expect(below(start!).sort()).toEqual([
        "callback of new Promise (app.js:15)",
        "callback of start (app.js:17)",
        "later",
        ...["poll", "poll", "poll", "poll"],
        "start",
        ...["wait", "wait", "wait"],
      ]);
      expect(named(root, "tick")).toHaveLength(2);
      for (const call of callsOf(root).filter(({ callable }) => callable === "start"))
        if (call.called === "Ticker") expect(below(call)).toEqual(["tick", "tick"]);
    });

    it("puts what is called with a file's contents below who has asked for them", async () => {
      const root = await recorded(
        node,
        `
        const fs = require("fs");
        function parse(error, text) { console.log(error?.code, text?.length > 0); if (text === undefined) throw new Error("no text") }
        function load(path, done) { fs.readFile(path, "utf8", done) }
        load(__filename, parse);
        load("/none", parse);
        process.on("uncaughtException", (error) => console.log(error.stack));`,
      );
      const names = named(root, "load").map(({ calls }) => calls.map(({ callable }) => callable));
      expect(names).toEqual([
        ["readFile", "parse"],
        ["readFile", "parse"],
      ]);
    });

    it("tells the arguments of calls whose arguments are such calls themselves", async () => {
      const root = await recorded(
        node,
        `
        const fs = require("fs"), zlib = require("zlib");
        function name(n) { return __filename + n }
        fs.writeFileSync(name(1), zlib.gzipSync(fs.readFileSync(__filename, "utf8"), { level: fs.existsSync("/none") ? 1 : 2 }), { flag: "w" });
        try { fs.writeFileSync(name(2), fs.readFileSync("/none/such", "utf8"), "utf8") } catch (error) { console.log(error.code) }
        fs.writeFileSync(name(3), "x", "utf8");`,
      );
      const told = callsOf(root)
        .filter(({ kind }) => kind === "builtin")
        .map(({ callable, inputs }) => `${callable} ${JSON.stringify(Object.values(inputs))}`);
      expect(told.map((line) => line.replace(/"[^"]*app\.js/, '"app.js'))).toEqual([
        'readFileSync ["app.js","utf8"]',
        'existsSync ["/none"]',
        expect.stringMatching(/^gzipSync \[{"length":\d+},{"level":2}\]$/),
        expect.stringMatching(/^writeFileSync \["app.js1",{"bytes":\d+},{"flag":"w"}\]$/),
        'readFileSync ["/none/such","utf8"]',
        'writeFileSync ["app.js3",{"length":1},"utf8"]',
      ]);
    });

    it("shows how long streams take to go through one another", async () => {
      const root = await recorded(
        node,
        `
        const fs = require("fs"), zlib = require("zlib"), stream = require("stream"), { pipeline } = require("stream/promises");
        async function pack() {
          await pipeline(fs.createReadStream(__filename), zlib.createGzip(), fs.createWriteStream(__filename + ".gz"));
          return fs.existsSync(__filename + ".gz");
        }
        function fail(done) {
          stream.pipeline(fs.createReadStream("/none"), fs.createWriteStream(__filename + ".out"), (error) => done(error.code));
        }
        pack().then((done) => { console.log(done); fail(console.log) });`,
      );
      const told = named(root, "pipeline").map(({ inputs, error }) => [Object.values(inputs), error]);
      expect(told).toEqual([
        [["ReadStream", "Gzip", "WriteStream"], null],
        [["ReadStream", "WriteStream"], expect.stringContaining("ENOENT")],
      ]);
    });

    it("shows what promisify makes of them, until the promise is settled", async () => {
      const root = await recorded(
        node,
        `
        const fs = require("fs"), { gzip } = require("zlib"), { promisify } = require("util");
        const pack = promisify(gzip), stat = require("util").promisify(fs.stat), sleep = promisify(setTimeout);
        const own = promisify(function gzip(data, done) { done(null, 1) });
        async function main() {
          console.log((await pack("x".repeat(300))).length > 0, await own("x"));
          try { await stat("/none") } catch (error) { console.log(error.stack) }
          console.log(await sleep(20, "woken"));
        }
        main();`,
      );
      const told = callsOf(root).filter(({ kind }) => kind === "builtin");
      expect(told.map(({ callable, inputs, status }) => [callable, inputs, status])).toMatchObject([
        ["gzip", { data: { length: 300 } }, "ok"],
        ["stat", { path: "/none" }, "rejected"],
        ["setTimeout", { delay: 20, value: "woken" }, "ok"],
      ]);
      expect(told[2]!.duration_ms).toBeGreaterThan(15);
    });

    it("shows what promises come to that are not awaited, which are as unhandled as without us", async () => {
      const root = await recorded(
        node,
        `
        const { promises: fs, writeFileSync } = require("fs"), { setTimeout: sleep } = require("timers/promises");
        const theirs = { get [Symbol.toStringTag]() { throw new Error("asked") } };
        process.on("unhandledRejection", (error, promise) => console.log(error.code ?? error.message, promise === left));
        process.on("rejectionHandled", (promise) => console.log("handled", promise === left));
        let left;
        async function go() {
          const kept = fs.readFile(__filename);
          left = fs.readFile("/none/left");
          const caught = fs.stat("/none/caught");
          caught.catch(() => {});
          fs.readFile(5).catch(() => {});
          sleep(1, theirs);
          const all = await Promise.allSettled([fs.stat("/none/all"), kept]);
          await sleep(5);
          setImmediate(() => left.catch(() => {}));
        }
        go();`,
      );
      const told = callsOf(root).filter(({ callable }) => /^(readFile|stat)$/.test(callable));
      expect(told.map(({ inputs, output, error, status }) => [inputs.path, status, error ?? output])).toEqual(
        [
          [expect.stringContaining("app.js"), "ok", { bytes: expect.any(Number) }],
          ["/none/left", "rejected", expect.stringMatching(/^Error: ENOENT/)],
          ["/none/caught", "rejected", expect.stringMatching(/^Error: ENOENT/)],
          [5, "rejected", expect.stringMatching(/^TypeError: The "path"/)],
          ["/none/all", "rejected", expect.stringMatching(/^Error: ENOENT/)],
        ],
      );
      expect(named(root, "setTimeout").map(({ status }) => status)).toEqual(["ok", "ok"]);
    });

    it("shows timers where they are set, with their delay and what they call, which stands below who set them", async () => {
      const root = await recorded(
        node,
        `
        const timers = require("timers");
        function tick() { return 1 }
        function start(done) {
          setTimeout(() => { tick(); done() }, 5);
          setImmediate(function soon() { tick() });
          const interval = timers.setInterval(() => { clearInterval(interval) }, 2, "unused");
          globalThis.setTimeout(tick);
        }
        function faked(setTimeout) { return setTimeout(tick, 5) }
        console.log(faked((callback, delay) => callback.name + delay));
        try { setTimeout("text", 1) } catch (error) { console.log(error.stack) }
        start(() => console.log(new Error("here").stack));
        queueMicrotask(tick);
        process.nextTick(tick);`,
      );
      const told = callsOf(root).filter(({ kind }) => kind === "builtin");
      const callback = (name: string) => ({ $type: "function", name });
      expect(told.map(({ callable, inputs }) => [callable, inputs])).toMatchObject([
        ["setTimeout", { delay: 1, callback: "text" }],
        ["setTimeout", { delay: 5 }],
        ["setImmediate", { callback: callback("soon") }],
        ["setInterval", { delay: 2 }],
        ["setTimeout", { delay: { $type: "undefined" }, callback: callback("tick") }],
      ]);
      const [start] = named(root, "start");
      const called = start!.calls.filter(({ kind }) => kind !== "builtin").map(({ callable }) => callable);
      expect(called.sort()).toEqual([
        "callback of setTimeout (app.js:5)",
        "callback of timers.setInterval (app.js:7)",
        "soon",
        "tick",
      ]);
    });

    it("leaves the program's own functions of the same names, messages and stacks alone", async () => {
      const root = await recorded(
        node,
        `
        const fs = require("fs"), { lookup } = require("dns");
        function shadowed(fs) { return fs.readFileSync("own") }
        function attempt(f) { try { f() } catch (error) { console.log(error.message); console.log(error.stack) } }
        console.log(shadowed({ readFileSync: (text) => text.toUpperCase() }));
        attempt(() => fs.readFileSync(__filename).nothing());
        attempt(() => { const [a] = fs.statSync(__filename) });
        attempt(() => fs.readFileSync());
        attempt(() => fs.readFileSync({ get toString() { throw new Error("asked") } }));
        attempt(() => { fs.readFile(__filename, "utf8", 5) });
        attempt(() => { fs.writeFileSync(__filename, none) });
        const real = fs.existsSync;
        attempt(() => { require("fs/promises") });
        fs.promises.readFile(5).catch((error) => console.log(error.code));
        const rejected = fs.promises.readFile("/none");
        rejected.catch((error) => console.log(error.code));
        function failing() { throw new Error("in callback") }
        attempt(() => { const request = require("http").request("http://localhost:1", () => {}).on("error", () => {}); failing(request) });
        fs.existsSync = function (path) { return "mine " + path };
        console.log(fs.existsSync("x"), String(real).length);
        new Proxy(fs, {}).existsSync("x");`,
      );
      expect(named(root, "existsSync").map(({ kind }) => kind)).toEqual(["method", "method"]);
    });

    it("sees them where modules import them", async () => {
      const cwd = folderWith({
        "app.mjs":
          'import fs, { existsSync, promises } from "node:fs"; import * as all from "fs"; import { setTimeout as sleep } from "node:timers/promises";\nexistsSync("a"); fs.existsSync("b"); all.existsSync("c"); all.default.existsSync("d"); async function wait() { await promises.stat("."); await sleep(20) } wait();',
        "out.js":
          '"use strict"; const node_fs_1 = require("node:fs"); const fs_1 = __importDefault(require("fs")); function __importDefault(m) { return { default: m } }\nfunction run() { (0, node_fs_1.existsSync)("a"); fs_1.default.existsSync("b") } run();',
      });
      const seen = async (script: string): Promise<CallJson[]> => {
        await command("flowtrace", ["-s", script], { cwd }, node);
        return callsOf(readJson(join(cwd, "flowtrace.json"))).filter(({ kind }) => kind === "builtin");
      };
      const inModule = await seen("app.mjs");
      expect(inModule.map(({ inputs }) => Object.values(inputs)[0])).toEqual(["a", "b", "c", "d", ".", 20]);
      expect(inModule.at(-1)!.duration_ms).toBeGreaterThan(15);
      expect((await seen("out.js")).map(({ inputs }) => inputs.path)).toEqual(["a", "b"]);
    });

    it("sees those of packages too with --builtins", async () => {
      const cwd = folderWith({ "app.js": 'function load() { return require("dep")() } load();' });
      mkdirSync(join(cwd, "node_modules", "dep"), { recursive: true });
      writeFileSync(
        join(cwd, "node_modules", "dep", "index.js"),
        `const fs = require("fs"), http = require("http"), { setImmediate: soon } = require("timers");
        module.exports = async () => {
          clearTimeout(setTimeout(() => {}, 9));
          soon(function later() {});
          fs.existsSync("a");
          fs.readFile("b", () => {});
          await fs.promises.stat("c").catch(() => {});
          http.get("http://localhost:1/d").on("error", () => {});
        };`,
      );
      await command("flowtrace", ["--builtins", "-s", "app.js"], { cwd }, node);
      const [load] = named(readJson(join(cwd, "flowtrace.json")), "load");
      expect(
        load!.calls.map(({ callable, inputs, error }) => [
          callable,
          inputs.path ?? inputs.url ?? inputs.delay,
          error?.slice(7, 13),
        ]),
      ).toMatchObject([
        ["setTimeout", 9, undefined],
        ["setImmediate", undefined, undefined],
        ["existsSync", "a", undefined],
        ["readFile", "b", "ENOENT"],
        ["stat", "c", "ENOENT"],
      ]);
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
