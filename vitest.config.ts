import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Properties take a while when the machine is busy with something else; none is timed.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Two cores are the reference machine; DuckDB brings threads of its own.
    maxWorkers: 2,
    maxConcurrency: 2,
    reporters: ['default', new ClosingLine()],
  },
});
