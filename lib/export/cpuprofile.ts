import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { grouped } from "../grouped.js";
import { qualifiedName } from "../trace/call-name.js";
import type { FunctionInfo, Trace } from "../trace/columns.js";
import { childLists } from "../trace/statistics.js";
import { mergeStacks } from "./merged-stacks.js";
import { lastEnd } from "./run-end.js";

/**
 * V8's CPU profile, for Chromium's DevTools and VS Code
 * (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile). It knows one thread and one call at
 * a time: the busiest thread is taken, and of calls that overlap, the one that started last counts as running. Times are
 * whole µs.
 *
 * @returns a remark on the calls that it cannot hold, as they are other threads'
 */
export function* cpuprofile(trace: Trace): Generator<string, string | undefined> {
  const { run, functions } = trace;
  const stacks = mergeStacks(trace);
  const thread = busiestThread(trace);
  const samples = sampled(trace, stacks.nodeOf, thread);
  const idle = stacks.parent.length;
  const hits = new Int32Array(idle + 1);
  for (const [node] of samples()) hits[node] = hits[node]! + 1;
  hits[idle] = hits[idle]! + 1;

  const { firstChild, nextSibling } = childLists(stacks.parent, stacks.parent.length);
  const frames = functions.map((fn) => JSON.stringify(callFrame(fn, run.root)));
  // Its ids are from 1, the first of which stands for what is below all of the program.
  const id = (node: number): number => node + 2;
  yield `{"nodes":[{"id":1,"callFrame":${special("(root)")},"hitCount":0,"children":[${id(0)},${id(idle)}]}`;
  for (let node = 0; node < idle; node++) {
    const children: number[] = [];
    for (let at = firstChild[node]!; at >= 0; at = nextSibling[at]!) children.push(id(at));
    yield `,\n{"id":${id(node)},"callFrame":${frames[stacks.functionId[node]!]},"hitCount":${hits[node]}${
      children.length === 0 ? "" : `,"children":[${children.join(",")}]`
    }}`;
  }
  yield `,\n{"id":${id(idle)},"callFrame":${special("(idle)")},"hitCount":${hits[idle]}}`;
  const startUs = Math.round(run.started_unix_ms * 1000);
  let end = startUs;
  yield '],\n"samples":[';
  for (const [node] of samples()) yield `${id(node)},`;
  // Viewers let a sample last until the next one: without this the last would last for no time.
  yield `${id(idle)}],\n"timeDeltas":[`;
  let last = 0;
  for (const [, from, to] of samples()) {
    yield `${from - last},`;
    last = from;
    end = startUs + to;
  }
  yield `${end - startUs - last}],\n"startTime":${startUs},"endTime":${end}}\n`;
  let others = 0;
  for (const own of trace.calls.thread) if (own !== thread) others++;
  return others === 0 ? undefined : `${grouped(others)} calls of other threads and processes are not in it`;
}

function busiestThread({ calls }: Trace): number {
  const counts = new Map<number, number>();
  for (const thread of calls.thread) counts.set(thread, (counts.get(thread) ?? 0) + 1);
  return [...counts].reduce((best, other) => (other[1] > best[1] ? other : best), [0, 0])[0];
}

type Sample = [node: number, fromUs: number, toUs: number];

/** Who was running when, in order of time; `nodeOf` of nobody is the number of nodes. */
function sampled(trace: Trace, nodeOf: Int32Array, thread: number): () => Generator<Sample> {
  const { calls } = trace;
  const runEnd = lastEnd(trace);
  let idle = 0;
  for (const node of nodeOf) if (node >= idle) idle = node + 1;
  const us = (ms: number): number => Math.round(ms * 1000);
  const endOf = (row: number): number =>
    us(Number.isNaN(calls.duration[row]!) ? runEnd : calls.start[row]! + calls.duration[row]!);

  return function* () {
    // Rows in order of start: the top is the one that started last.
    const open: number[] = [];
    let now = -1;
    function* until(time: number): Generator<Sample> {
      while (now < time) {
        while (open.length > 0 && endOf(open[open.length - 1]!) <= now) open.pop();
        const top = open[open.length - 1];
        const to = top === undefined ? time : Math.min(endOf(top), time);
        yield [top === undefined ? idle : nodeOf[top]!, now, to];
        now = to;
      }
    }
    let last = 0;
    for (let row = 0; row < calls.length; row++) {
      if (calls.thread[row] !== thread) continue;
      const start = us(calls.start[row]!);
      if (now < 0) now = start;
      yield* until(start);
      open.push(row);
      last = Math.max(last, endOf(row));
    }
    yield* until(last);
  };
}

function callFrame(fn: FunctionInfo, root: string): object {
  const { file = "", line = 1, column = 1 } = fn;
  const path = file === "" || isAbsolute(file) || root === "" ? file : join(root, file);
  return {
    functionName: qualifiedName(fn),
    scriptId: "0",
    url: isAbsolute(path) ? pathToFileURL(path).href : path,
    lineNumber: line - 1,
    columnNumber: column - 1,
  };
}

function special(functionName: string): string {
  return JSON.stringify({ functionName, scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 });
}
