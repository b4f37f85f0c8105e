import type { Tests } from "../probe.js";
import { recording } from "./recording.js";

/** What is read of jest-circus, which runs the tests. */
interface CircusTest {
  name: string;
  parent?: CircusBlock;
  errors: unknown[];
}
interface CircusBlock {
  name: string;
  parent?: CircusBlock;
}
interface CircusEvent {
  name: string;
  test?: CircusTest;
  hook?: { type: string };
  error?: unknown;
}
type Handler = (event: CircusEvent) => void;

/* Runs in the context of a test file, once jest-circus is there: each test is recorded by the events of it. */

const handlers = (globalThis as Record<symbol, Handler[] | undefined>)[Symbol.for("EVENT_HANDLERS")];
if (recording !== undefined) handlers?.push(recordTestsOf(recording.tests));

function recordTestsOf(tests: Tests): Handler {
  const { expect } = globalThis as { expect?: { getState(): { testPath?: string } } };
  let current: CircusTest | undefined;
  /** Of the current test, as it was thrown: jest makes a text of some. */
  let failure: unknown;

  const heard: Record<string, (event: CircusEvent & { test: CircusTest }) => void> = {
    test_start({ test }) {
      current = test;
      failure = undefined;
      const titles = [test.name];
      // The outermost block is jest's own.
      for (let block = test.parent; block?.parent !== undefined; block = block.parent)
        titles.unshift(block.name);
      tests.begin(test, { titles, file: expect?.getState().testPath });
    },
    hook_start({ hook }) {
      if (current !== undefined && hook?.type.endsWith("Each")) tests.resume(current);
    },
    test_fn_start: ({ test }) => tests.resume(test),
    test_fn_failure({ error }) {
      failure ??= error;
    },
    hook_failure({ error }) {
      failure ??= error;
    },
    test_skip: ({ test }) => tests.end(test, "skipped"),
    test_todo: ({ test }) => tests.end(test, "todo"),
    test_done({ test }) {
      // Beside each error stands one with the place of the test.
      const [first] = test.errors;
      const error: unknown = Array.isArray(first) ? (first[0] ?? first[1]) : first;
      tests.end(test, test.errors.length > 0 ? "failed" : "passed", failure ?? error);
      current = undefined;
    },
  };
  return (event) => heard[event.name]?.(event as CircusEvent & { test: CircusTest });
}
