import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.spec.ts', 'tools/**/*.spec.ts'],
    globalSetup: ['./tools/testing/stall-guard.ts'],
    // What stands still is ended; what works may take its time.
    testTimeout: 0,
    hookTimeout: 0,
    coverage: {
      provider: 'v8',
      reporter: ['text'],
      // What decides how crates are built is tested by itself, apart from the builds of the end-to-end tests.
      thresholds: {
        'packages/cargo/src/executors/cargo-cross/plan/*.ts': { lines: 90 },
        'packages/cargo/src/executors/cargo-cross/run/*.ts': { lines: 90 },
      },
    },
    expect: { poll: { timeout: 240_000 } },
  },
});
