/* What is used here of a package whose types want the browser's. */

declare module "@paulirish/trace_engine/models/trace/trace.js" {
  // biome-ignore lint/suspicious/noExplicitAny: not for public consumption, as its README says
  export const TraceModel: any;
}

declare module "@paulirish/trace_engine/models/cpu_profile/cpu_profile.js" {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  export const CPUProfileDataModel: any;
}
