import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.spec.ts', 'tools/**/*.spec.ts'],
    testTimeout: 120_000,
  },
});
