import { defineConfig } from "vitest/config";
import base from "./vitest.config.mts";

/** npm run test:real: on programs from the npm registry, which it installs next to the packed package. */
export default defineConfig({
  test: {
    ...base.test,
    include: ["test/real/*.test.ts"],
    exclude: [],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
