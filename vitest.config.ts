import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are the reference machine; DuckDB brings threads of its own.
    maxWorkers: 2,
    reporters: ['default', new ClosingLine()],
  },
});
