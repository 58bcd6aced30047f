import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    // Slow machines take four times what quick ones do.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Each file drives cargo, which uses all cores by itself.
    fileParallelism: false,
  },
});
