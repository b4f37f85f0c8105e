import { defineConfig } from "vitest/config";
import base from "./vitest.config.mts";

/** npm run test:services: against a real Redis and a real PostgreSQL, which have to be installed. */
export default defineConfig({
  test: { ...base.test, include: ["test/services/*.test.ts"], exclude: [] },
});
