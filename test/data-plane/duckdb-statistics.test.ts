// How the sizes of stores follow checkpoints, which move them without a write.
import { afterAll, expect, it, vi } from 'vitest';
import { openDataPlane } from '../../src/data-plane/duckdb/index.ts';
import { append, event, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const plane = await openDataPlane({ directory, report: () => undefined });
afterAll(() => plane.close());

it('is nothing before the first checkpoint and whole blocks after it', async () => {
  const store = small(1);
  await plane.events.createStore(store);
  await append(plane.events, store, [event('a', '1'), event('b', '2')]);
  const sizeBytes = async () => (await plane.events.statistics(store)).sizeBytes;
  expect(await sizeBytes()).toBe(0);
  await plane.database.withConnection((connection) => connection.run('CHECKPOINT'));
  expect(await sizeBytes()).toBe(0);
  const start = performance.now();
  const later = vi.spyOn(performance, 'now').mockImplementation(() => start + 61_000);
  const size = await sizeBytes();
  later.mockRestore();
  expect(size).toBeGreaterThan(0);
  expect(size % 262_144).toBe(0);
});
