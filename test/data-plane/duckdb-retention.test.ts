// What an expiry leaves in tables that no port shows: pins, and the commit as a whole.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataPlane, type DataPlane } from '../../src/data-plane/duckdb/index.ts';
import { expire } from '../../src/data-plane/duckdb/retention.ts';
import { append, event, instant, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
let plane: DataPlane;
beforeAll(async () => {
  plane = await openDataPlane({ directory: join(directory, 'live'), threads: 2 });
});
afterAll(() => plane.close());

const pins = (store: number): Promise<(string | null)[][]> =>
  plane.database.withConnection((connection) => connection.lists(`SELECT f1 FROM pin_${store} ORDER BY f1`));

describe('an expiry', () => {
  it('releases the pins of ids of which nothing is left', async () => {
    const store = small(1);
    await plane.events.createStore(store);
    await append(plane.events, store, [event('back', '1', 1), event('gone', '1', 1), event('kept', '1', 30)]);
    await plane.backfills.previewIds(store, 'bf_1', [['back'], ['gone'], ['kept']]);
    await plane.backfills.confirmStep(store, 'bf_1', { change: 'delete' });
    await append(plane.events, store, [event('back', '2', 30)]);
    expect(await pins(1)).toEqual([['back'], ['gone'], ['kept']]);
    await plane.events.expire(store, instant(10));
    expect(await pins(1)).toEqual([['back'], ['kept']]);
  });

  it('that fails in the middle leaves everything as it was', async () => {
    const store = small(2);
    await plane.events.createStore(store);
    await append(plane.events, store, [event('a', '1', 1), event('b', '1', 30)]);
    const failing = plane.writers.withWriters([store], async (connection) => {
      await expire(connection, store, instant(10));
      throw new Error('the power is gone');
    });
    await expect(failing).rejects.toThrow('the power is gone');
    expect(await plane.events.statistics(store)).toMatchObject({ eventCount: 2, retainedFrom: null });
    expect(await append(plane.events, store, [event('c', '1', 2)])).toMatchObject({ accepted: 1 });
    expect(await plane.events.expire(store, instant(10))).toMatchObject({ expired: 2 });
  });
});
