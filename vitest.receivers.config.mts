import { defineConfig } from "vitest/config";
import base from "./vitest.config.mts";

/** npm run test:receivers: against OTLP receivers that want Node 22 and are installed in a folder of their own. */
export default defineConfig({
  test: { ...base.test, include: ["test/receivers/*.test.ts"], exclude: ["**/node_modules/**"] },
});
