const AT_ONCE = 60;

/**
 * The simplest list of decisions that still fails, by leaving out, or making 0, ever smaller parts of it. Candidates are
 * tried many at a time, as programs are cheapest by the batch.
 *
 * @param {readonly number[]} decisions
 * @param {(candidates: number[][]) => Promise<boolean[]>} fail - which of them still do
 */
export async function shrink(decisions, fail) {
  let best = [...decisions];
  let size = Math.ceil(best.length / 2);
  for (;;) {
    const simpler = await firstFailing(candidatesOf(best, size), fail);
    if (simpler !== undefined) best = simpler;
    else if (size > 1) size = Math.ceil(size / 2);
    else return best;
  }
}

function* candidatesOf(list, size) {
  for (let at = 0; at < list.length; at += size) {
    const before = list.slice(0, at);
    const part = list.slice(at, at + size);
    const after = list.slice(at + size);
    yield [...before, ...after];
    if (part.some((n) => n !== 0)) yield [...before, ...part.map(() => 0), ...after];
    if (size === 1 && part[0] > 1) yield [...before, part[0] >> 1, ...after];
  }
}

async function firstFailing(candidates, fail) {
  let some = [];
  const tried = async () => {
    const failing = await fail(some);
    const found = some.find((_, i) => failing[i]);
    some = [];
    return found;
  };
  for (const candidate of candidates) {
    some.push(candidate);
    const found = some.length === AT_ONCE ? await tried() : undefined;
    if (found !== undefined) return found;
  }
  return some.length > 0 ? await tried() : undefined;
}
