import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callsOf, command, folderWith, ROOT, readJson } from "../support/run.js";

const SECRET = "s3cr3tQwerty0815";
const PROGRAM = readFileSync(join(ROOT, "test", "programs", "secrets.js"), "utf8");
const FORMATS = ["chrome", "speedscope", "collapsed", "csv", "otlp-json", "pytraceflow"];

/** All files in a folder, folders in it included, that are not the program. */
function written(cwd: string): string[] {
  return readdirSync(cwd, { recursive: true, encoding: "utf8" })
    .map((name) => join(cwd, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith("app.js"));
}

describe("a secret", () => {
  it("reaches no file, by whatever name or form it goes", async () => {
    const cwd = folderWith({ "app.js": PROGRAM });
    const env = { ...process.env, MY_PASSWORD: SECRET, FLOWTRACE_CACHE_DIR: join(cwd, "cache") };
    const args = [
      "--keep-journal",
      "--html",
      "page.html",
      "-s",
      "app.js",
      "--password",
      SECRET,
      `--token=${SECRET}`,
    ];
    await command("flowtrace", [...args, `https://x:${SECRET}@host/`], { cwd, env });
    for (const format of FORMATS)
      await command("flowtrace-export", ["-i", "flowtrace.json", "--format", format, "-o", `out.${format}`], {
        cwd,
      });
    const files = written(cwd);
    expect(callsOf(readJson(join(cwd, "flowtrace.json"))).length).toBeGreaterThan(100);
    expect(files.some((path) => path.endsWith(".ftj"))).toBe(true);
    expect(files.some((path) => path.endsWith(".html"))).toBe(true);
    for (const path of files) {
      const text = readFileSync(path, "latin1");
      for (const form of [SECRET, Buffer.from(SECRET).toString("base64"), Buffer.from(SECRET).join()])
        expect({ path, holdsSecret: text.includes(form) }).toEqual({ path, holdsSecret: false });
      expect({ path, mode: statSync(path).mode & 0o777 }).toEqual({ path, mode: 0o600 });
    }
  });

  const LOGIN =
    "function login(password, pin, pwd) { return [password, pin, pwd] } login('one', 'two', 'three'); login('one')";

  it("is told from others by its token, and equal ones have equal tokens", async () => {
    const cwd = folderWith({ "app.js": LOGIN });
    await command("flowtrace", ["-s", "app.js"], { cwd });
    const [first, second] = callsOf(readJson(join(cwd, "flowtrace.json"))).map(({ inputs }) => inputs);
    const token = (value: unknown): unknown => (value as { $type: string; token: string }).token;
    expect(first!.password).toMatchObject({ $type: "filtered" });
    expect(token(first!.password)).toBe(token(second!.password));
    expect(token(first!.password)).not.toBe(token(first!.pwd));
    expect(first!.pin).toBe("two");
  });

  it("is what --redact and --safe-key make one, or none", async () => {
    const cwd = folderWith({ "app.js": LOGIN });
    await command("flowtrace", ["--redact", "pin", "--safe-key", "pwd", "-s", "app.js"], { cwd });
    const { inputs } = callsOf(readJson(join(cwd, "flowtrace.json")))[0]!;
    expect(inputs).toMatchObject({
      password: { $type: "filtered" },
      pin: { $type: "filtered" },
      pwd: "three",
    });
  });

  it("is recorded with --no-redact", async () => {
    const cwd = folderWith({ "app.js": LOGIN });
    await command("flowtrace", ["--no-redact", "-s", "app.js", "--token", "x"], { cwd });
    const root = readJson(join(cwd, "flowtrace.json"));
    expect(callsOf(root)[0]!.inputs).toEqual({ password: "one", pin: "two", pwd: "three" });
    expect(root.flowtrace!.argv.slice(-2)).toEqual(["--token", "x"]);
  });
});
