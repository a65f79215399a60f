import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/src/**/*.test.ts", "test/**/*.test.ts"],
    // Sixteen times as fast as a process per file; the price is that no module may keep state.
    pool: "threads",
    isolate: false,
    // Tests that need several processes run the built server. Every answer of the run is held to the clients' contract.
    globalSetup: ["test/global-setup.js"],
    setupFiles: ["test/fixtures/watch-tests.ts"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
