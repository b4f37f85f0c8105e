import { type InstalledProbe, PROBE } from "../probe.js";

/** What records in this process; undefined when nothing does. */
export const recording = (globalThis as { [PROBE]?: InstalledProbe })[PROBE];
