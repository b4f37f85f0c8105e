import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { callsOf, command, folderWith, outline, ownLinesRemoved, readJson, run } from "../support/run.js";

describe("flowtrace -s", () => {
  it("nests calls truly, with inputs, outputs, call sites and errors", async () => {
    const cwd = folderWith({
      "app.js": [
        "class Cart {",
        "  constructor(id) { this.id = id; this.lines = []; }",
        "  add(sku, quantity = 1) { this.lines.push({ sku, quantity }); return this; }",
        "  get size() { return this.lines.length; }",
        "}",
        "const fill = (cart, [first, ...rest]) => rest.reduce((c, sku) => c.add(sku), cart.add(first));",
        "function risky({ size }) { if (size > 2) throw new RangeError('too many'); return size; }",
        "function main() {",
        "  const cart = fill(new Cart(7), ['a', 'b', 'c']);",
        "  try { return risky(cart); } catch (error) { return error.message; }",
        "}",
        "console.log(main());",
      ].join("\n"),
    });
    await command("flowtrace", ["-s", "app.js"], { cwd });
    const root = readJson(join(cwd, "flowtrace.json"));
    const cart = (lines: string) =>
      `{"$type":"instance","class":"Cart","id":1,"value":{"id":7,"lines":${lines}}}`;
    const line = (sku: string) => `{"sku":"${sku}","quantity":1}`;
    expect(outline(root)).toBe(
      [
        'main() → "too many"',
        `  Cart.constructor(id=7) → ${cart("[]")}`,
        `  fill(cart=${cart("[]")}, first="a", rest=["b","c"]) → ${cart(`[${line("a")},${line("b")},${line("c")}]`)}`,
        `    Cart.add(sku="a", quantity=1) → ${cart(`[${line("a")}]`)}`,
        `    callback of rest.reduce (app.js:6)(c=${cart(`[${line("a")}]`)}, sku="b") → ${cart(`[${line("a")},${line("b")}]`)}`,
        `      Cart.add(sku="b", quantity=1) → ${cart(`[${line("a")},${line("b")}]`)}`,
        `    callback of rest.reduce (app.js:6)(c=${cart(`[${line("a")},${line("b")}]`)}, sku="c") → ${cart(`[${line("a")},${line("b")},${line("c")}]`)}`,
        `      Cart.add(sku="c", quantity=1) → ${cart(`[${line("a")},${line("b")},${line("c")}]`)}`,
        "  Cart.get size() → 3",
        "  risky(size=3) ✗ RangeError: too many",
      ].join("\n"),
    );
    const [main] = root.calls;
    expect(main!.calls[1]!.call_site).toEqual({ file: "app.js", line: 9, column: 16 });
    expect(main!.calls[1]!.inputs_after).toEqual({
      cart: JSON.parse(cart(`[${line("a")},${line("b")},${line("c")}]`)),
    });
    expect(root.flowtrace_end!.errors).toMatchObject([
      { name: "RangeError", message: "too many", outcome: "caught", thrown_in: 10, caught_in: 1 },
    ]);
  });

  it("holds the errors that are caught without a name", async () => {
    const cwd = folderWith({
      "app.js": [
        "const parse = (o) => o.text.length;",
        "function bare() { try { return parse({}) } catch { return 0 } }",
        "function pattern() { try { return parse(null) } catch ({ message }) { return message.length } }",
        "bare(); pattern();",
      ].join("\n"),
    });
    await command("flowtrace", ["-s", "app.js"], { cwd });
    const root = readJson(join(cwd, "flowtrace.json"));
    expect(outline(root)).toBe(
      [
        "bare() → 0",
        "  parse(o={}) ✗ TypeError: Cannot read properties of undefined (reading 'length')",
        "pattern() → 47",
        "  parse(o=null) ✗ TypeError: Cannot read properties of null (reading 'text')",
      ].join("\n"),
    );
    expect(root.flowtrace_end!.errors).toMatchObject([
      { name: "TypeError", outcome: "swallowed", thrown_in: 2, caught_in: 1 },
      { name: "TypeError", outcome: "caught", thrown_in: 4, caught_in: 3 },
    ]);
  });

  it("takes its own options on both sides of -s and passes the rest on in order", async () => {
    const cwd = folderWith({ "args.js": "console.log(JSON.stringify(process.argv.slice(2)))" });
    const { stdout } = await command(
      "flowtrace",
      [
        "--skip-inputs",
        "-s",
        "args.js",
        "--tier",
        "gold",
        "-o",
        "deep/trace.json",
        "plain",
        "--",
        "-o",
        "theirs",
      ],
      { cwd },
    );
    expect(JSON.parse(stdout)).toEqual(["--tier", "gold", "plain", "-o", "theirs"]);
    expect(existsSync(join(cwd, "deep/trace.json"))).toBe(true);
  });

  it("leaves everything after a positional script to the script", async () => {
    const cwd = folderWith({ "args.js": "console.log(JSON.stringify(process.argv.slice(2)))" });
    const { stdout } = await command("flowtrace", ["args.js", "-o", "theirs", "--verbose"], { cwd });
    expect(JSON.parse(stdout)).toEqual(["-o", "theirs", "--verbose"]);
  });

  it("refuses an unknown option before -s and names the near one", async () => {
    const cwd = folderWith({ "app.js": "" });
    const { code, stderr } = await command("flowtrace", ["--ouput", "x.json", "-s", "app.js"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("--output");
  });

  it("warns about an option after -s that is nearly ours, and passes it on", async () => {
    const cwd = folderWith({ "args.js": "console.log(process.argv[2])" });
    const { stdout, stderr } = await command("flowtrace", ["-s", "args.js", "--ouput"], { cwd });
    expect(stdout).toBe("--ouput\n");
    expect(stderr).toContain("--output");
  });

  it("says before the program starts that the output cannot be written, and ends with 2", async () => {
    const cwd = folderWith({ "app.js": "console.log('ran')" });
    mkdirSync(join(cwd, "out.json"));
    const { code, stdout, stderr } = await command("flowtrace", ["-s", "app.js", "-o", "out.json"], { cwd });
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("out.json");
  });

  it("writes a compressed trace for .gz, for its owner's eyes only", async () => {
    const cwd = folderWith({ "app.js": "function f(n) { return n } f(1)" });
    await command("flowtrace", ["-s", "app.js", "-o", "t.json.gz"], { cwd });
    const path = join(cwd, "t.json.gz");
    expect(JSON.parse(gunzipSync(readFileSync(path)).toString())[0].calls[0].output).toBe(1);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("filters secrets before they reach the disk, with equal tokens for equal ones", async () => {
    const cwd = folderWith({
      "app.js": [
        "function login(user, password, headers) { return { user, apiKey: 'k-' + password, ok: true } }",
        "login('ana', 'hunter2', { Authorization: 'Bearer abcdefgh12345678', note: 'pay with 4111 1111 1111 1111' });",
        "login('ana', 'hunter2', { url: 'https://ana:hunter2@example.com/x' });",
      ].join("\n"),
    });
    await command("flowtrace", ["-s", "app.js", "--keep-journal"], { cwd });
    const text = readFileSync(join(cwd, "flowtrace.json"), "latin1");
    const journal = readdirSync(join(cwd, "flowtrace.json.run")).map((name) =>
      readFileSync(join(cwd, "flowtrace.json.run", name), "latin1"),
    );
    for (const held of [text, ...journal]) expect(held).not.toMatch(/hunter2|abcdefgh12345678|4111/);
    const [first, second] = readJson(join(cwd, "flowtrace.json")).calls;
    expect(first!.inputs.password).toEqual(second!.inputs.password);
    expect(first!.inputs).toMatchObject({ user: "ana", password: { $type: "filtered" } });
  });

  it("reads options from variables and a config file, the command line winning", async () => {
    const cwd = folderWith({ "flowtrace.config.json": '{ "max-depth": 5, "maxItems": 7 }' });
    const env = { ...process.env, FLOWTRACE_MAX_ITEMS: "8", FLOWTRACE_MAX_STRING: "90" };
    const { stdout } = await command("flowtrace", ["--print-config", "--max-string", "99"], { cwd, env });
    expect(stdout).toMatch(/^max-depth = 5 {2}\(.*flowtrace\.config\.json\)$/m);
    expect(stdout).toMatch(/^max-items = 8 {2}\(FLOWTRACE_MAX_ITEMS\)$/m);
    expect(stdout).toMatch(/^max-string = 99 {2}\(command line\)$/m);
  });

  it("leaves functions out that a comment says to ignore", async () => {
    const cwd = folderWith({
      "app.js":
        "/* flowtrace ignore next */\nfunction out() { return inside() }\nfunction inside() { return 1 }\nout()",
    });
    await command("flowtrace", ["-s", "app.js"], { cwd });
    expect(outline(readJson(join(cwd, "flowtrace.json")))).toBe("inside() → 1");
  });

  it("runs any command with the hook in it", async () => {
    const cwd = folderWith({
      "app.js": "function f() { return 2 } console.log(f())",
      "package.json": '{"scripts":{"go":"node app.js"}}',
    });
    const { stdout, code } = await command("flowtrace", ["--", "node", "app.js"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe("2\n");
    expect(callsOf(readJson(join(cwd, "flowtrace.json"))).some(({ callable }) => callable === "f")).toBe(
      true,
    );
  });

  it("is off when FLOWTRACE is 0", async () => {
    const cwd = folderWith({ "app.js": "console.log(typeof process.env.FLOWTRACE_RUN)" });
    const { stdout } = await command("flowtrace", ["-s", "app.js"], {
      cwd,
      env: { ...process.env, FLOWTRACE: "0" },
    });
    expect(stdout).toBe("undefined\n");
  });

  it("says what Node says when the script is missing or does not parse, with its exit code", async () => {
    const cwd = folderWith({ "bad.js": "function (" });
    for (const script of ["missing.js", "bad.js"]) {
      const plain = await run(process.execPath, [script], { cwd });
      const traced = await command("flowtrace", ["-s", script], { cwd });
      expect(traced.code).toBe(plain.code);
      expect(ownLinesRemoved(traced.stderr)).toBe(plain.stderr);
    }
  });

  it("leaves a program with the recursion depth that it has", async () => {
    const program = "let n = 0; function down() { n++; down() } try { down() } catch {} console.log(n)";
    const cwd = folderWith({ "deep.js": program });
    writeFileSync(join(cwd, "deep.js"), program);
    const plain = Number((await run(process.execPath, ["deep.js"], { cwd })).stdout);
    const traced = Number((await command("flowtrace", ["-s", "deep.js"], { cwd })).stdout);
    expect(traced).toBeGreaterThan(0.8 * plain);
  });

  it("beats on stderr with --verbose: calls, what is in flight and pending, flushes, bytes, time since the last", async () => {
    const cwd = folderWith({
      "app.js": "function f(n) { return n }\nfor (const end = Date.now() + 1800; Date.now() < end; ) f(1);",
    });
    const { stderr, stdout } = await command(
      "flowtrace",
      ["--verbose", "--fold-after", "1000", "-s", "app.js"],
      { cwd },
    );
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /\[FlowTrace\] \d+ calls, 1 in flight, \d+ bytes pending, \d+ flushes, \d+ bytes of journal, \d+\.\d s since the last flush|\[FlowTrace\] \d+ calls, 0 in flight, \d+ bytes pending/,
    );
  });
});
