/** Figures of one reading, in bytes; 0 for what was not taken. */
export interface MemoryFigures {
  rss: number;
  heapUsed: number;
  heapTotal: number;
  external: number;
}

/** Reading the RSS costs 8 µs, the heap's figures 0.2 µs: the first is read at most this often. */
const RSS_EVERY_MS = 1;

/**
 * A reader that fills one object again and again.
 *
 * @param heap - false leaves the heap's figures out
 */
export function createMemoryReader(heap: boolean): (nowMs: number) => MemoryFigures {
  const figures: MemoryFigures = { rss: 0, heapUsed: 0, heapTotal: 0, external: 0 };
  const rss = process.memoryUsage.rss;
  // Built-in modules are compiled anew in a traced process, as its stack size is no part of Node's code cache.
  const { getHeapStatistics } = require("node:v8") as typeof import("node:v8");
  let lastRss = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    if (nowMs - lastRss >= RSS_EVERY_MS) {
      figures.rss = rss();
      lastRss = nowMs;
    }
    if (heap) {
      const statistics = getHeapStatistics();
      figures.heapUsed = statistics.used_heap_size;
      figures.heapTotal = statistics.total_heap_size;
      figures.external = statistics.external_memory;
    }
    return figures;
  };
}
