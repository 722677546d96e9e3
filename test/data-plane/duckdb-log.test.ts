// The log stays short while somebody reads, whatever is written: a killed server has to apply it.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDataPlane } from '../../src/data-plane/duckdb/index.ts';
import { append, event, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const LOG_BYTES_MAX = 500_000;

it('is written into the data file beside a reader that takes its time', async () => {
  const plane = await openDataPlane({ directory, threads: 2, wal_bytes_max: LOG_BYTES_MAX });
  const store = small(1);
  await plane.events.createStore(store);
  await append(plane.events, store, [event('first', '1')]);
  let ended = (): void => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const reading = plane.database.withConnection((connection) =>
    connection.transaction(async () => {
      const [before] = await connection.lists('SELECT count(*) FROM ev_1');
      await end;
      const [after] = await connection.lists('SELECT count(*) FROM ev_1');
      return [before, after];
    }),
  );
  const sizes: number[] = [];
  for (let turn = 0; turn < 60; turn++) {
    const rows = Array.from({ length: 500 }, (_, index) =>
      event(`id ${turn} ${index}`, `${turn * index}`.repeat(10)),
    );
    // Every other turn also replaces what the one before wrote.
    await append(plane.events, store, turn % 2 ? [event(`id ${turn - 1} 0`, 'new'), ...rows] : rows);
    sizes.push(statSync(join(directory, 'data.duckdb.wal'), { throwIfNoEntry: false })?.size ?? 0);
  }
  expect(sizes.filter((size, index) => size < (sizes[index - 1] ?? 0)).length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(2 * LOG_BYTES_MAX);
  ended();
  expect(await reading).toEqual([['1'], ['1']]);
  expect((await plane.events.statistics(store)).eventCount).toBe(30_001);
  await plane.close();
});
