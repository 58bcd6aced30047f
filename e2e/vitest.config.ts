import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each file drives cargo, which uses all cores by itself.
    fileParallelism: false,
  },
});
