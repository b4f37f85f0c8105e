import { Choices } from "./choices.mjs";

const AT_ONCE = 60;

/**
 * The simplest program that still fails, by leaving out parts of it, putting in the place of a part a smaller one of the same
 * kind that it holds, or the simplest one. Candidates are tried many at a time, as programs are cheapest by the batch.
 *
 * @param {Choices} choices - that made the program
 * @param {(candidates: Choices[]) => Promise<boolean[]>} fail - makes the programs; which of them still fail
 * @param {() => boolean} isTimeUp
 */
export async function shrink(choices, fail, isTimeUp) {
  let best = choices;
  for (let from = 0; ; ) {
    const candidates = [...candidatesOf(best)];
    if (from >= candidates.length || isTimeUp()) return best;
    const some = candidates.slice(from, from + AT_ONCE).map((list) => new Choices(list));
    const failing = await fail(some);
    const found = some.findIndex((made, i) => failing[i] && isSimpler(made.made, best.made));
    if (found < 0) from += AT_ONCE;
    else {
      best = some[found];
      // What could not be left out before probably still cannot: goes on from there, and starts over at the end.
      from = Math.max(0, from + found - 2);
    }
    if (from >= [...candidatesOf(best)].length && best !== choices) {
      choices = best;
      from = 0;
    }
  }
}

function isSimpler(a, b) {
  const sum = (list) => list.reduce((total, n) => total + n, 0);
  return a.length < b.length || (a.length === b.length && sum(a) < sum(b));
}

function* candidatesOf({ made, parts }) {
  const largestFirst = [...parts].sort((a, b) => b.end - b.start - (a.end - a.start));
  for (const { start, end, kind, simplest } of largestFirst) {
    const put = (list) => [...made.slice(0, start), ...list, ...made.slice(end)];
    if (simplest === 0) yield put([]);
    else if (end - start > simplest) yield put(new Array(simplest).fill(0));
    for (const inner of parts)
      if (inner.kind === kind && inner.start > start && inner.end <= end && simplest > 0)
        yield put(made.slice(inner.start, inner.end));
  }
  for (let at = 0; at < made.length; at++)
    if (made[at] > 0) yield [...made.slice(0, at), 0, ...made.slice(at + 1)];
}
