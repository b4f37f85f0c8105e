import { describe, expect, it } from "vitest";
import { splitArguments } from "../../../lib/cli/arguments.js";
import { configure, mistakenVariables } from "../../../lib/cli/config.js";

const given = (...argv: string[]) => {
  const { ours, script, scriptArguments, command } = splitArguments(argv);
  return { ours: Object.fromEntries(ours), script, scriptArguments, command };
};

describe("the arguments of flowtrace", () => {
  it("are its own on both sides of -s, and the script's where it does not know them", () => {
    expect(given("--verbose", "-s", "a.js", "-o", "x.json", "--tier", "gold", "-7")).toEqual({
      ours: { verbose: [""], output: ["x.json"] },
      script: "a.js",
      scriptArguments: ["--tier", "gold", "-7"],
      command: undefined,
    });
  });

  it("are the script's after it, or after --, whatever they look like", () => {
    expect(given("a.js", "-o", "x.json", "--help").scriptArguments).toEqual(["-o", "x.json", "--help"]);
    expect(given("-s", "a.js", "--", "-o", "--", "x").scriptArguments).toEqual(["-o", "--", "x"]);
    expect(given("--verbose", "--", "npm", "test").command).toEqual(["npm", "test"]);
  });

  it.each([
    [["--outptu", "x"], /unknown option --outptu\. Did you mean --output\?/],
    [["-oout.json", "a.js"], /unknown option -oout\.json\. Did you mean -o out\.json\?/],
    [["-x", "-s", "a.js"], /unknown option -x\. Options of the program go after -s/],
    [["-s"], /-s needs a value: -s <file>/],
    [["-s", ""], /-s needs a value: -s <file>/],
    [["--output=", "a.js"], /--output needs a value: --output <file>/],
    [["-s", "a.js", "-s", "b.js"], /-s was given twice: a\.js and b\.js/],
    [["a.js", "-s", "b.js"], /"a\.js" stands before -s/],
    [["--verbose=loud", "a.js"], /--verbose is a switch and takes no value \(got "loud"\)/],
    [["--"], /no command stands after --/],
  ])("are refused when they are %j", (argv, message) => {
    expect(() => splitArguments(argv)).toThrow(message);
  });
});

describe("the values of flowtrace's options", () => {
  const configured = (...argv: string[]) => configure(splitArguments([...argv, "a.js"]), {}, "/");

  it.each([
    [["--max-depth", "-3"], '--max-depth is "-3", expected a number from 0 up.'],
    [["--max-depth", "many"], '--max-depth is "many", expected a number from 0 up.'],
    [["--flush-interval", "2x"], '--flush-interval is "2x", expected a number.'],
  ])("are refused when they are %j", (argv, message) => {
    expect(() => configured(...argv)).toThrow(message);
  });

  it("may be below 0 where that turns something off", () => {
    expect(configured("--flush-interval", "-1").number("flush-interval")).toBe(-1);
  });

  it("are not looked for in variables that are nearly ours, which are told", () => {
    expect(
      mistakenVariables({ FLOWTRACE_MAXDEPTH: "2", FLOWTRACE_CACHE_DIR: "x", FLOWTRACE: "1", PATH: "" }),
    ).toEqual([["FLOWTRACE_MAXDEPTH", "FLOWTRACE_MAX_DEPTH"]]);
  });
});
