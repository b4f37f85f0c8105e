import { AsyncResource } from "node:async_hooks";
import { OWN_FOLDER } from "../own-folder.js";
import type { TestOutcome, Tests } from "../probe.js";

/** What is read of a test of `node:test`; the same from Node 20 to 26. */
interface NodeTest {
  name: string;
  parent: NodeTest | null;
  reportedType?: string;
  hookType?: string;
  loc?: { file: string; line: number; column: number };
  signal?: AbortSignal;
  getRunArgs(): { ctx: { signal?: AbortSignal } };
  skipped: boolean;
  isTodo: boolean;
  passed: boolean;
  error: { cause?: unknown; stack?: unknown } | null;
}

/** Where a place of a rewritten file stands in the file. */
export type OriginalPlace = (file: string, line: number, column: number) => { line: number; column: number };

type Holder = Record<string, unknown>;

/**
 * Records the tests of `node:test`. Its classes cannot be reached, so the first test shows them: each function of a test or
 * hook is run by `this.runInAsyncScope`, which is `AsyncResource`'s. From then on three properties of theirs are accessors that give
 * Node's own functions: being asked for tells what comes next, and no frame of ours stands on a test's stack.
 */
export function recordNodeTests(tests: Tests, original: OriginalPlace): void {
  const bySignal = new WeakMap<AbortSignal, NodeTest>();
  const placed = new WeakSet<object>();
  const asyncResource = AsyncResource.prototype as unknown as Holder;
  const native = Object.getOwnPropertyDescriptor(asyncResource, "runInAsyncScope")!;
  Object.defineProperty(asyncResource, "runInAsyncScope", {
    configurable: true,
    enumerable: native.enumerable!,
    get(this: object) {
      const prototype = testPrototype(this);
      if (prototype !== undefined) {
        Object.defineProperty(asyncResource, "runInAsyncScope", native);
        watch(prototype);
        runs(this as NodeTest);
      }
      return native.value;
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, "runInAsyncScope", { ...native, value });
    },
  });

  function watch(prototype: Holder): void {
    asked(prototype, "start", native.enumerable!, prototype.start, place);
    asked(prototype, "run", native.enumerable!, prototype.run, begins);
    asked(prototype, "runInAsyncScope", native.enumerable!, native.value, runs, (test) => {
      const within = testOf(test)?.parent;
      return within && tests.isRunning(within) ? windows.runInAsyncScope : undefined;
    });
    asked(prototype, "getReportDetails", native.enumerable!, prototype.getReportDetails, ends);
  }

  /** A test within another one may begin, and run, in the middle of that one's function, which goes on then. */
  const windows = {
    runInAsyncScope(this: NodeTest, ...args: unknown[]): unknown {
      try {
        return Reflect.apply(native.value as (...args: unknown[]) => unknown, this, args);
      } finally {
        tests.suspend(testOf(this)!);
      }
    },
  };

  /** Node asks V8 where a test is made, and shows it. */
  function place({ loc }: NodeTest): void {
    if (loc === undefined || placed.has(loc)) return;
    placed.add(loc);
    Object.assign(loc, original(loc.file, loc.line, loc.column));
  }

  /** A hook is given what the functions of its test are given. */
  function testOf(test: NodeTest): NodeTest | undefined {
    if (test.hookType === undefined) return test;
    const { signal } = test.getRunArgs().ctx;
    return signal === undefined ? undefined : bySignal.get(signal);
  }

  function begins(test: NodeTest): void {
    place(test);
    if (test.parent === null || test.hookType !== undefined || test.reportedType === "suite") return;
    const titles = [test.name];
    let { parent } = test;
    for (; parent !== null && parent.parent !== null; parent = parent.parent) titles.unshift(parent.name);
    if (test.signal !== undefined) bySignal.set(test.signal, test);
    tests.begin(test, { titles, ...test.loc }, test.parent);
  }

  /** The function of a test or hook is about to be called. */
  function runs(test: NodeTest): void {
    begins(test);
    const its = testOf(test);
    if (its !== undefined) tests.resume(its);
  }

  function ends(test: NodeTest): void {
    place(test);
    const { error } = test;
    if (error !== null) withoutOurFrames(error);
    tests.end(test, outcomeOf(test), error?.cause ?? error);
  }
}

/** Node formats the stacks of these errors by itself: one made while the process ends shows where we listen to it. */
function withoutOurFrames(error: { stack?: unknown }): void {
  const { stack } = error;
  if (typeof stack !== "string" || !stack.includes(OWN_FOLDER)) return;
  const lines = stack.split("\n").filter((line) => !line.includes(OWN_FOLDER));
  error.stack = lines.join("\n");
}

function outcomeOf({ skipped, isTodo, passed }: NodeTest): TestOutcome {
  if (skipped) return "skipped";
  if (isTodo) return "todo";
  return passed ? "passed" : "failed";
}

/** `Test.prototype`, of a test or what is derived from one. */
function testPrototype(object: object): Holder | undefined {
  for (let holder = Object.getPrototypeOf(object) as Holder | null; holder !== null; ) {
    const next = Object.getPrototypeOf(holder) as Holder | null;
    if (next === (AsyncResource.prototype as unknown))
      return Object.hasOwn(holder, "getReportDetails") && Object.hasOwn(holder, "run") ? holder : undefined;
    holder = next;
  }
  return undefined;
}

/** Makes a method one that tells when it is asked for. */
function asked(
  holder: Holder,
  name: string,
  enumerable: boolean,
  method: unknown,
  tell: (test: NodeTest) => void,
  instead?: (test: NodeTest) => unknown,
): void {
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable,
    get(this: NodeTest) {
      try {
        tell(this);
      } catch {
        // a Node whose tests are others: they run
      }
      return instead?.(this) ?? method;
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
    },
  });
}
