import type { UsageSample } from "../trace/format.js";

/** Loaded only when it is asked for. */
function usageOf(pid: number): Promise<{ cpu: number; memory: number }> {
  const pidusage = require("pidusage") as typeof import("pidusage");
  return pidusage(pid);
}

/** Samples the CPU and RSS of processes from outside, for the timeline; a reading costs the target nothing. */
export class UsageSampler {
  readonly samples: UsageSample[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pids: () => number[],
    private readonly startedUnixMs: number,
    private readonly everyMs: number,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.sample(), this.everyMs);
    this.timer.unref();
  }

  private async sample(): Promise<void> {
    for (const pid of this.pids()) {
      try {
        const { cpu, memory } = await usageOf(pid);
        const at = Date.now() - this.startedUnixMs;
        this.samples.push({ at_ms: at, pid, cpu_percent: Math.round(cpu * 10) / 10, rss_bytes: memory });
      } catch {
        // the process has ended in the meantime
      }
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
