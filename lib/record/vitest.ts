import type { TestOutcome, Tests } from "../probe.js";

/** What is read of vitest's tests; the same from vitest 1 on. */
interface VitestTask {
  name: string;
  mode: string;
  suite?: VitestTask;
  file: { filepath: string };
  location?: { line: number; column: number };
  result?: { state?: string; pending?: boolean; errors?: unknown[] };
}
type Method = (...args: unknown[]) => unknown;
interface RunnerClass {
  prototype: Record<string, Method | undefined>;
}

const { apply } = Reflect;

/**
 * Records vitest's tests, by what its runner calls around them.
 *
 * @returns takes the class of the runner once it is loaded, and what gives a test's function
 */
export function recordVitest(
  tests: Tests,
): (runner: RunnerClass, functionOf: ((test: object) => Method) | undefined) => void {
  /** As they were thrown: the runner keeps copies. */
  const errors = new WeakMap<object, unknown>();

  function begin(test: VitestTask): void {
    const titles: string[] = [];
    for (let part: VitestTask | undefined = test; part !== undefined; part = part.suite)
      titles.unshift(part.name);
    tests.begin(test, { titles, file: test.file.filepath, ...test.location });
    if (test.mode === "skip" || test.mode === "todo") tests.end(test, outcomeOf(test));
  }

  function end(test: VitestTask): void {
    tests.end(test, outcomeOf(test), errors.get(test) ?? test.result?.errors?.[0]);
  }

  const before: Record<string, (test: VitestTask) => void> = {
    onBeforeRunTask: begin,
    onBeforeTryTask(test) {
      errors.delete(test);
      tests.resume(test);
    },
    onTaskFinished: tests.resume,
    // A test that skips itself comes to no other end.
    onAfterRetryTask(test) {
      if (test.result?.pending === true || test.result?.state === "skip") end(test);
    },
    onAfterRunTask: end,
    onAfterRunFiles: tests.flush,
  };

  return ({ prototype }, functionOf) => {
    for (const [name, tell] of Object.entries(before)) {
      const theirs = prototype[name];
      const ours = {
        [name](this: unknown, ...args: unknown[]): unknown {
          tell(args[0] as VitestTask);
          return theirs === undefined ? undefined : apply(theirs, this, args);
        },
      };
      define(prototype, name, ours[name]!);
    }
    if (functionOf === undefined || prototype.runTask !== undefined) return;
    const { runTask } = {
      runTask(test: VitestTask): unknown {
        const run = functionOf(test);
        tests.resume(test);
        try {
          const result = run();
          if (result instanceof Promise) result.then(undefined, (error) => errors.set(test, error));
          return result;
        } catch (error) {
          errors.set(test, error);
          throw error;
        }
      },
    };
    define(prototype, "runTask", runTask as Method);
  };
}

function outcomeOf({ mode, result }: VitestTask): TestOutcome {
  if (mode === "todo") return "todo";
  if (mode === "skip" || result?.state === "skip" || result?.pending === true) return "skipped";
  return result?.state === "fail" ? "failed" : "passed";
}

function define(holder: object, name: string, value: Method): void {
  Object.defineProperty(holder, name, { value, configurable: true, writable: true });
}
