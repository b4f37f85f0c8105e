import { channel } from "node:diagnostics_channel";
import { installFunctionText } from "../function-text.js";
import { exposeProbe, type InstalledProbe, PROBE } from "../probe.js";

/*
 * Runs in the context of a test file, before anything else does: rewritten modules find the recorder there, and their
 * functions have the text that they were written with. Of what is outside, only Node's modules can be reached.
 */

const message: { probe?: InstalledProbe } = {};
channel(PROBE).publish(message);
if (message.probe !== undefined) {
  exposeProbe(globalThis, message.probe);
  installFunctionText(message.probe.withoutInsertions);
}
