import { installedProbe } from "../probe.js";

/** What records in this process; undefined when nothing does. */
export const recording = installedProbe();
