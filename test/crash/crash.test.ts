// Kills a real server at random moments. WEIR_CRASH_KILLS and WEIR_CRASH_SEED change how often, and which.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../server-process.ts';
import type { BuiltServer } from '../server-process.ts';
import { freshDirectory, removeDirectory } from '../server.ts';
import { CrashSuite } from './suite.ts';

const kills = Number(process.env['WEIR_CRASH_KILLS'] ?? 14);
const seed = Number(process.env['WEIR_CRASH_SEED'] ?? Date.now() % 1_000_000);
const directory = freshDirectory();
let built: BuiltServer;

beforeAll(() => {
  built = buildServer();
});
afterAll(async () => {
  await built.dispose();
  removeDirectory(directory);
});

it(
  `loses and repeats nothing over ${kills} kills (seed ${seed})`,
  { timeout: 60_000 + kills * 60_000 },
  async () => {
    const suite = new CrashSuite({ built, directory, kills, seed });
    const report = await suite.run();
    process.stdout.write(`crash suite, seed ${seed}: ${JSON.stringify(report)}\n`);
    expect(report.kills).toBeGreaterThanOrEqual(kills);
    // A suite in which nothing is ever in doubt or interrupted shows nothing.
    expect(report.inDoubt['absent'] ?? 0).toBeGreaterThan(0);
    expect(report.resumedRuns).toBeGreaterThan(0);
  },
);
