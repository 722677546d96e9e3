import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runDemo } from '../../src/cli/demo/demo.ts';

let folder: string;
let exitCode: number;
let text = '';

function demo(): Promise<number> {
  return runDemo({
    events: 10_000,
    keepRunning: false,
    environment: { WEIR_DATA_DIR: join(folder, 'data'), WEIR_PORT: '0' },
    terminal: { write: (part) => (text += stripVTControlCharacters(part)) },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-demo-test-'));
  exitCode = await demo();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every figure comes out as computed without Weir', () => {
  expect(text).not.toContain('✗');
  expect(text).toContain('every figure is as expected');
  expect(exitCode).toBe(0);
});

test('the bill is checked at its three moments, account by account', () => {
  expect(text.match(/✓ exact: 60 of 60 accounts/g)).toHaveLength(3);
  expect(text.match(/✓ units in all: [\d.]+/g)?.length).toBe(3);
});

test('it shows duplicates, the gap of the late region, an idempotent replay, the correction, its lineage', () => {
  expect(text).toContain('✓ duplicates: 250');
  expect(text).toMatch(/north-america {2}[▁-█]{20}·{10} /);
  expect(text).toMatch(/0 new, 40 revised, 0 retracted, 20 unchanged/);
  expect(text).toContain('✓ changes: 0');
  expect(text).toContain('✓ events deleted: 50');
  expect(text).toContain('usage: 0 new, 3 revised, 0 retracted');
  expect(text).toMatch(/✓ events behind it: \d+/);
});

test('a folder of its own keeps the data; a second demo on it is refused', async () => {
  expect(await readdir(join(folder, 'data'))).toContain('data.duckdb');
  await expect(demo()).rejects.toMatchObject({ code: 'DEMO_EXISTS' });
});

test('interrupted, it ends in order: no server left, no folder left', async () => {
  vi.stubEnv('TMPDIR', folder);
  let told = '';
  const ended = runDemo({
    events: 10_000,
    keepRunning: true,
    environment: { WEIR_PORT: '0' },
    terminal: {
      write(part) {
        told += stripVTControlCharacters(part);
        if (told.includes('Make the sample')) process.emit('SIGINT');
      },
    },
  });
  expect(await ended).toBe(130);
  expect(told).not.toContain('every figure');
  vi.unstubAllEnvs();
  expect(await readdir(folder)).toEqual(['data']);
});
