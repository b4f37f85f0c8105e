export { FlowTraceError, type FlowTraceErrorCode } from "./errors.js";
export type { CallSelection } from "./export/call-selection.js";
export { type FormatName, type FormatOptions, toFormat } from "./export/formats.js";
export { exportOtlp as toOtlp, type OtlpOptions, type OtlpReport } from "./export/otlp.js";
export { type ReadOptions, readTraceFile as readTrace } from "./files/trace-file.js";
export { writeTraceFile as writeTrace } from "./files/write-trace.js";
export { qualifiedName } from "./trace/call-name.js";
export { type CallColumns, Flag, type FunctionInfo, type Trace, type ValueTexts } from "./trace/columns.js";
export type * from "./trace/format.js";
export { preview } from "./trace/preview.js";
export { compileQuery as query, type Predicate, QueryError } from "./trace/query.js";
export {
  type FunctionStatistics,
  failingPath,
  functionStatistics,
  isGuess,
  selfTimes,
} from "./trace/statistics.js";
export { type RenderOptions, renderHtml, writeHtmlFile } from "./view/render.js";
