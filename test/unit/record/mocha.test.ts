import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import type { TestRecord, Tests } from "../../../lib/probe.js";
import { recordMocha } from "../../../lib/record/mocha.js";

it("names a test by the suites it stands in, also for old versions whose tests cannot tell", () => {
  const begun: TestRecord[] = [];
  const ended: string[] = [];
  const tests: Tests = {
    begin: (_, record) => begun.push(record),
    resume() {},
    suspend() {},
    isRunning: () => true,
    end: (_, outcome) => ended.push(outcome),
    flush() {},
  };
  class Runner extends EventEmitter {
    runTest(): void {}
  }
  recordMocha(tests)(Runner as never);
  const root = { title: "", root: true };
  const suite = { title: "a cart", root: false, parent: root };
  const runner = new Runner();
  runner.emit("test", {
    title: "adds",
    parent: { title: "with tax", root: false, parent: suite },
    file: "/a.js",
  });
  runner.emit("end");
  expect(begun).toEqual([{ titles: ["a cart", "with tax", "adds"], file: "/a.js" }]);
  expect(ended).toEqual(["passed"]);
});
