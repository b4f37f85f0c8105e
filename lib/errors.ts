/** What went wrong, as a stable code; messages may improve between releases, codes do not. */
export type FlowTraceErrorCode =
  | "FT_USAGE"
  | "FT_TARGET_MISSING"
  | "FT_OUTPUT_UNWRITABLE"
  | "FT_TRACE_INVALID"
  | "FT_TRACE_TOO_NEW"
  | "FT_JOURNAL_INVALID"
  | "FT_EXPORT_FAILED";

/** The one error FlowTrace throws on purpose: its message says what happened, where, and how to mend it. */
export class FlowTraceError extends Error {
  readonly code: FlowTraceErrorCode;
  /** The message in Spanish, for people at a terminal; left out where only developers of a tool would read it. */
  declare readonly spanish: string | undefined;

  constructor(code: FlowTraceErrorCode, message: string, options?: { cause?: unknown; spanish?: string }) {
    super(message, options);
    this.name = "FlowTraceError";
    this.code = code;
    // Not shown beside the message where an error is printed whole.
    Object.defineProperty(this, "spanish", { value: options?.spanish });
  }
}
