import { channel } from "node:diagnostics_channel";
import { exposeProbe, PROBE, type Probe } from "../probe.js";

/*
 * Runs in the context of a test file, before anything else does: rewritten modules find the recorder there. jest-environment-node
 * brings it in with Node's own globals; where others do not, only Node's modules can be reached of what is outside.
 */

if (!(PROBE in globalThis)) {
  const message: { probe?: Probe } = {};
  channel(PROBE).publish(message);
  if (message.probe !== undefined) exposeProbe(globalThis, message.probe, true);
}
