import { expect, it } from "vitest";
import { sawText, waitForText, whenNeeded } from "../../../lib/record/late-hooks.js";

/** Whether a text has what waits be hooked. */
function isHookedBy(text: string): boolean {
  let isHooked = false;
  waitForText();
  whenNeeded(() => {
    isHooked = true;
  });
  sawText(text);
  const was = isHooked;
  sawText("eval");
  return was;
}

it("waits while no text could come by a thread, a promise's hook or an ECMAScript module", () => {
  for (const text of [
    "",
    'const { readFileSync } = require("node:fs");\nmodule.exports = class Cart { constructor() { this.exports = {} } };',
    "const a = require('./lib/a.js'), b = require('@scope/name'); exports.a = a;",
  ])
    expect([text, isHookedBy(text)]).toEqual([text, false]);
});

it("is done with waiting before a text that could", () => {
  for (const text of [
    'const { Worker } = require("worker_threads");',
    'require("\\x76\\x38")',
    "require(`fs`)",
    "require(name)",
    "const load = require; load(name)",
    'require("v8").promiseHooks',
    'module.require("v" + 8)',
    "module.constructor._load(name)",
    'fs.promises.readFile = () => "mine"',
    'import("./other.mjs")',
    "export const a = 1;",
    "new Function(text)()",
    "(function () {}).constructor(text)()",
    "process.getBuiltinModule(name)",
    'require("https")',
    "fetch(url)",
    'require("node:test").run({ files })',
  ])
    expect([text, isHookedBy(text)]).toEqual([text, true]);
});

it("hooks at once where it is not waited for text", () => {
  let isHooked = false;
  whenNeeded(() => {
    isHooked = true;
  });
  expect(isHooked).toBe(true);
});
