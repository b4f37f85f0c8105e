import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These want servers or packages that are not everywhere: npm run test:services, test:receivers, test:real.
    exclude: ["test/services/**", "test/receivers/**", "test/real/**"],
    globalSetup: ["test/support/build.ts"],
    // What the commands say is compared with English, and with what they say when npx has not found them.
    env: { LC_ALL: "C.UTF-8", npm_command: "test" },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Tests start processes and browsers of their own: more at once only take the cores from each other.
    maxWorkers: 2,
    // Much is about processes that end, wait or are killed on machines that others use, too. The report names what ran twice.
    retry: 1,
  },
});
