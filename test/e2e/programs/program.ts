/** A small program whose behaviour must be the same plain and traced. */
export interface Program {
  /** A sentence: what is the same. */
  name: string;
  files: Record<string, string>;
  entry: string;
  /** Lowest Node major that can run it. */
  since?: number;
  /** Node majors where it is known to differ, and the reader is told why. */
  not?: number[];
  args?: string[];
  /** Flags for Node, both times. */
  flags?: string[];
  /**
   * What it prints, where plain Node cannot run it; and how it ends, when not well. With `erasable`, Node runs it from 22 on.
   */
  stdout?: string;
  code?: number;
  erasable?: boolean;
  /** The tree of calls, as test/support/tree.ts shows it; not looked at when left out. */
  calls?: string;
}

export const lines = (...text: string[]): string => text.join("\n");
