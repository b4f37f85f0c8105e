import { SafeMap } from "../primordials.js";
import type { Calls, TestRecord, Tests } from "../probe.js";

/** As OpenTelemetry names it in `test.case.result.status`, where it has a name for it. */
const STATUS: Record<string, string> = { passed: "pass", failed: "fail", skipped: "skip" };

/**
 * Records tests, each as a call of kind `test` with no caller: what its hooks and its function call stands below it. Runners
 * tell of a test by an object of theirs.
 *
 * @param flush - has what was recorded outlive the process, which runners do not always let come to its end
 */
export function recordTests(calls: Calls, flush: () => void): Tests {
  /** Tests that run now, by what the runner knows them by. */
  const running = new SafeMap<object, number>();
  /** The test that was put on the stack last. */
  let last = 0;

  /** Another test's turn comes: what is called then is not the last one's. */
  function standAside(): void {
    if (last !== 0 && calls.current === last) calls.suspend(last);
  }

  return {
    begin(test, { titles, file, line, column }: TestRecord, within) {
      if (running.has(test)) return;
      let name = "";
      for (let i = 0; i < titles.length; i++) name += i === 0 ? titles[i] : ` > ${titles[i]}`;
      const fn = calls.define({
        kind: "test",
        name,
        module: file ?? "",
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      });
      const parent = within === undefined ? 0 : (running.get(within) ?? 0);
      if (parent === 0) standAside();
      const call = calls.open(fn, [], parent);
      running.set(test, call);
      // It is begun in the middle of the other one's function.
      if (parent !== 0) calls.suspend(call);
      else last = call;
    },
    resume(test) {
      const call = running.get(test);
      if (call === undefined) return;
      standAside();
      calls.resume(call);
      last = call;
    },
    suspend(test) {
      const call = running.get(test);
      if (call !== undefined) calls.suspend(call);
    },
    isRunning: (test) => running.has(test),
    end(test, outcome, error) {
      const call = running.get(test);
      if (call === undefined) return;
      running.delete(test);
      calls.attributes(call, { "test.case.result.status": STATUS[outcome] ?? outcome });
      if (outcome === "failed") calls.fail(call, error);
      else calls.close(call, outcome);
      flush();
    },
    flush,
  };
}
