import type { TestOutcome, Tests } from "../probe.js";

/** What is read of mocha's `Runner` and its tests; the same from mocha 3 to 12. */
interface Runner {
  test?: MochaTest;
  isParallelMode?(): boolean;
}
interface MochaTest extends MochaSuite {
  file?: string;
}
interface MochaSuite {
  title: string;
  root?: boolean;
  parent?: MochaSuite;
}
interface RunnerClass {
  prototype: Record<string, unknown>;
}

const { apply } = Reflect;

/**
 * Records mocha's tests, by the events that its runner emits. A test goes on until the hooks behind it have run, which mocha
 * only tells by what it begins next.
 *
 * @returns takes the class of the runner once it is loaded
 */
export function recordMocha(tests: Tests): (runner: RunnerClass) => void {
  let current: MochaTest | undefined;
  let outcome: TestOutcome = "passed";
  let failure: unknown;

  function begin(test: MochaTest): void {
    finish();
    current = test;
    outcome = "passed";
    failure = undefined;
    tests.begin(test, { titles: titlesOf(test), file: test.file });
  }

  function finish(): void {
    if (current === undefined) return;
    tests.end(current, outcome, failure);
    current = undefined;
  }

  const heard: Record<string, (subject: never, error: unknown) => void> = {
    test: begin,
    pending(test: MochaTest) {
      if (test !== current) begin(test);
      outcome = "skipped";
    },
    fail(test: object, error) {
      if (test !== current && !isHookOfEach(test)) return;
      outcome = "failed";
      failure ??= error;
    },
    retry(_: MochaTest, error) {
      outcome = "failed";
      failure = error;
    },
    hook(hook: object) {
      if (!isHookOfEach(hook)) finish();
      else if (current !== undefined) tests.resume(current);
    },
    "suite end": finish,
    end: finish,
  };

  return ({ prototype }) => {
    const emit = prototype.emit as (...args: unknown[]) => unknown;
    const ours = {
      emit(this: Runner, ...args: unknown[]): unknown {
        // The runner of parallel files only passes on what others tell it.
        if (this.isParallelMode?.() !== true) heard[args[0] as string]?.(args[1] as never, args[2]);
        return apply(emit, this, args);
      },
    };
    define(prototype, "emit", { value: ours.emit, writable: true });
    // Being asked for, it tells that the test's function comes next, and leaves no frame on its stack.
    let { runTest } = prototype;
    define(prototype, "runTest", {
      get() {
        if (current !== undefined) tests.resume(current);
        return runTest;
      },
      set(value: unknown) {
        runTest = value;
      },
    });
  };
}

function titlesOf(test: MochaTest): string[] {
  const titles: string[] = [];
  for (let at: MochaSuite | undefined = test; at !== undefined && at.root !== true; at = at.parent)
    titles.unshift(at.title);
  return titles;
}

function define(holder: object, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(holder, name, { ...descriptor, configurable: true, enumerable: true });
}

/** `"before each" hook: open for "adds tax"` */
function isHookOfEach(subject: { title?: unknown }): boolean {
  return /^"(?:before|after) each" hook/.test(String(subject.title));
}
