import { channel } from "node:diagnostics_channel";
import { exposeProbe, PROBE, type Probe } from "../probe.js";

/*
 * Runs in the context of a test file, before anything else does: rewritten modules find the recorder there. Of what is outside,
 * only Node's modules can be reached.
 */

const message: { probe?: Probe } = {};
channel(PROBE).publish(message);
if (message.probe !== undefined) exposeProbe(globalThis, message.probe);
