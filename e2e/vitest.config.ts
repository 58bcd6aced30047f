import { defineConfig } from 'vitest/config';
import { patience } from './until.ts';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    globalSetup: ['./registry-packages.ts', '../tools/testing/stall-guard.ts'],
    // The stall guard ends tests that make no progress, so there are no timeouts.
    testTimeout: 0,
    hookTimeout: 0,
    expect: { poll: { timeout: patience * 1000 } },
    // Each file drives cargo, which uses all cores by itself.
    fileParallelism: false,
  },
});
