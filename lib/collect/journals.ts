import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LoggedThread } from "./assemble.js";
import { JournalFile } from "./journal-file.js";
import { ThreadLog } from "./thread-log.js";

export const JOURNAL_EXTENSION = ".ftj";

/** All journals of a run folder, followed as they appear and grow. */
export class Journals {
  private readonly threads = new Map<string, LoggedThread>();

  /** @param isMeant - which of them, by name; left out: all */
  constructor(
    private readonly runDir: string,
    private readonly isMeant: (name: string) => boolean = () => true,
  ) {}

  /**
   * Reads what has been appended to any of them.
   * @param final - the writers are gone
   */
  poll(final = false): void {
    for (const name of this.names()) {
      if (!name.endsWith(JOURNAL_EXTENSION) || this.threads.has(name) || !this.isMeant(name)) continue;
      const log = new ThreadLog();
      this.threads.set(name, { file: new JournalFile(join(this.runDir, name), log), log });
    }
    for (const { file } of this.threads.values()) file.poll(final);
  }

  /** None when the folder is gone: what is open can be read on. */
  private names(): string[] {
    return existsSync(this.runDir) ? readdirSync(this.runDir) : [];
  }

  get all(): LoggedThread[] {
    return [...this.threads.values()];
  }

  get calls(): number {
    let calls = 0;
    for (const { log } of this.threads.values()) calls += log.length - 1;
    return calls;
  }

  /** Calls that have not ended. */
  get inFlight(): number {
    let calls = 0;
    for (const { log } of this.threads.values()) calls += log.inFlight;
    return calls;
  }

  get bytes(): number {
    let bytes = 0;
    for (const { file } of this.threads.values()) bytes += file.bytesRead;
    return bytes;
  }

  get bytesPending(): number {
    let bytes = 0;
    for (const { file } of this.threads.values()) bytes += file.bytesPending;
    return bytes;
  }

  get flushes(): number {
    let flushes = 0;
    for (const { file } of this.threads.values()) flushes += file.flushes;
    return flushes;
  }

  close(): void {
    for (const { file } of this.threads.values()) file.close();
  }
}
