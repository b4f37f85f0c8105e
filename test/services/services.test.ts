import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import { callsOf, command, folderWith, ROOT, readJson, run } from "../support/run.js";
import { schemaProblems } from "../support/schema.js";
import { type Service, startPostgres, startRedis } from "./servers.js";

/** Runs app.js plain and traced: the same output, errors and exit code; returns the trace. */
async function recorded(program: string, port: number): Promise<CallJson> {
  const cwd = folderWith({ "app.js": program });
  symlinkSync(join(ROOT, "node_modules"), join(cwd, "node_modules"));
  const options = { cwd, env: { ...process.env, PORT: `${port}` }, timeout: 60_000 };
  const plain = await run(process.execPath, ["app.js"], options);
  expect(plain.stderr).toBe("");
  const traced = await command("flowtrace", ["-s", "app.js"], options);
  expect({ code: traced.code, stdout: traced.stdout }).toEqual({ code: 0, stdout: plain.stdout });
  const root = readJson(join(cwd, "flowtrace.json"));
  expect(schemaProblems([root])).toEqual([]);
  expect(callsOf(root).filter(({ status }) => status === "running")).toEqual([]);
  return root;
}

const named = (root: CallJson, name: string): CallJson[] =>
  callsOf(root).filter(({ callable }) => callable === name);

describe("with a real Redis", () => {
  let redis: Service;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it("a BullMQ worker gives the same results, and each job has its tree, with its time waiting", async () => {
    const root = await recorded(
      `
      const { Queue, Worker } = require("bullmq");
      const connection = { port: Number(process.env.PORT), host: "127.0.0.1", maxRetriesPerRequest: null };
      const name = "orders" + process.pid;
      function price({ n }) { return n * 3 }
      async function reserve(job) {
        await job.updateProgress(50);
        if (job.data.n === 7 && job.attemptsMade === 0) throw new Error("out of stock");
        return price(job.data);
      }
      async function handle(job) {
        const total = await reserve(job);
        return { order: job.data.n, total };
      }
      async function main() {
        const queue = new Queue(name, { connection });
        const worker = new Worker(name, handle, { connection, concurrency: 4 });
        const results = [], failures = [];
        const done = new Promise((resolve) => worker.on("completed", (job, result) => { if (results.push(result) === 20) resolve() }));
        worker.on("failed", (job, error) => failures.push(job.data.n + " " + error.message));
        await queue.addBulk(Array.from({ length: 20 }, (_, n) => ({ name: "order", data: { n }, opts: { attempts: 2 } })));
        await done;
        console.log(results.sort((a, b) => a.order - b.order), failures);
        await worker.close();
        await queue.obliterate({ force: true });
        await queue.close();
      }
      main();`,
      redis.port,
    );
    const jobs = named(root, "handle");
    expect(jobs).toHaveLength(21);
    for (const job of jobs) {
      const [reserve, ...others] = job.calls;
      expect([reserve!.callable, others]).toEqual(["reserve", []]);
      expect(job.active_ms!).toBeLessThan(job.duration_ms!);
      expect(reserve!.active_ms!).toBeLessThan(reserve!.duration_ms!);
      if (job.status === "ok") {
        const { order, total } = job.output as { order: number; total: number };
        expect(reserve!.calls.map(({ callable, inputs, output }) => [callable, inputs, output])).toEqual([
          ["price", { n: order }, total],
        ]);
      }
    }
    expect(jobs.filter(({ status }) => status === "rejected").map(({ error }) => error)).toEqual([
      "Error: out of stock",
    ]);
  });
});

describe("with a real PostgreSQL", () => {
  let postgres: Service;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  it("SQL through pg gives the same results, and each query stands below its caller, with its time waiting", async () => {
    const root = await recorded(
      `
      const { Pool } = require("pg");
      const pool = new Pool({ host: "127.0.0.1", port: Number(process.env.PORT), user: "flowtrace", database: "postgres", max: 4 });
      class Accounts {
        async create() { await pool.query("drop table if exists accounts; create table accounts (name text primary key, cents int)") }
        async open(name, cents) { await pool.query("insert into accounts values ($1, $2)", [name, cents]); return name }
        async total() { const { rows } = await pool.query("select sum(cents)::int as total, count(*)::int as n from accounts"); return rows[0] }
        async move(from, to, cents) {
          const client = await pool.connect();
          try {
            await client.query("begin");
            await client.query("update accounts set cents = cents - $1 where name = $2", [cents, from]);
            const { rows } = await client.query("update accounts set cents = cents + $1 where name = $2 returning cents", [cents, to]);
            await client.query("commit");
            return rows[0].cents;
          } catch (error) {
            await client.query("rollback");
            throw error;
          } finally { client.release() }
        }
      }
      function nap(client) { return client.query("select pg_sleep(0.05)") }
      async function main() {
        for (let attempt = 0; ; attempt++) {
          try { await pool.query("select 1"); break } catch (error) { if (attempt === 100) throw error; await new Promise((resolve) => setTimeout(resolve, 50)) }
        }
        const accounts = new Accounts();
        await accounts.create();
        console.log((await Promise.all(["ana", "eva", "leo", "max", "noa"].map((name, i) => accounts.open(name, i * 100)))).join());
        console.log(await accounts.move("max", "ana", 50));
        try { await accounts.open("ana", 1) } catch (error) { console.log(error.code, error.message) }
        console.log(await accounts.total());
        await nap(pool);
        await pool.end();
      }
      main();`,
      postgres.port,
    );
    const [main] = named(root, "main");
    const byName = (name: string): CallJson[] => main!.calls.filter(({ callable }) => callable === name);
    const opened = named(root, "open");
    expect(
      opened
        .filter(({ status }) => status === "ok")
        .map(({ output }) => output)
        .sort(),
    ).toEqual(["ana", "eva", "leo", "max", "noa"]);
    expect(opened.filter(({ status }) => status === "rejected").map(({ error }) => error)).toEqual([
      expect.stringContaining("duplicate key value violates unique constraint"),
    ]);
    expect(byName("total").map(({ output }) => output)).toEqual([
      expect.objectContaining({ total: 1000, n: 5 }),
    ]);
    expect(byName("move").map(({ inputs, output }) => ({ inputs, output }))).toEqual([
      { inputs: { from: "max", to: "ana", cents: 50 }, output: 50 },
    ]);
    for (const call of [...opened, ...byName("move"), ...byName("total")])
      expect(call.active_ms!).toBeLessThan(call.duration_ms!);
    // Its own time is what is left without the 50 ms that the server sleeps.
    expect(main!.duration_ms! - main!.active_ms!).toBeGreaterThan(50);
  });
});
