// What the writers promise beyond the port: owners, fences, work by SQL, files left behind.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataPlane, type DataPlane } from '../../src/data-plane/duckdb/index.ts';
import { StoreWriters } from '../../src/data-plane/duckdb/store-writers.ts';
import { DuckDbEventStore } from '../../src/data-plane/duckdb/event-store.ts';
import type { Connection } from '../../src/data-plane/duckdb/connection.ts';
import type { StoreTable } from '../../src/data-plane/event-store-port.ts';
import { allEvents, append, contents, event, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
let plane: DataPlane;
let number = 0;
beforeAll(async () => {
  plane = await openDataPlane({ directory: join(directory, 'live'), threads: 2 });
});
afterAll(() => plane.close());

async function made(): Promise<StoreTable> {
  number += 1;
  await plane.events.createStore(small(number));
  return small(number);
}

/** Writes one event as a meter does: by SQL, with an owner. */
const insertOwned = (connection: Connection, store: StoreTable, seq: bigint, id: string, value: string) =>
  connection.run(
    `INSERT INTO ev_${store.number} (seq, h, owner, f1, t, f3)
      SELECT ${seq}, md5_number_lower($1), 5, $1, TIMESTAMP '2026-03-01', $2`,
    [id, value],
  );

describe('work by SQL under the writers', () => {
  it('is one transaction over several stores, and later appends know its ids', async () => {
    const [one, two] = [await made(), await made()];
    await append(plane.events, two, [event('a', '1')]);
    const result = await plane.writers.withWriters([two, one, two], async (connection, tickets) => {
      for (const ticket of tickets.values()) {
        await insertOwned(connection, ticket.store, ticket.next, 'm', 'x');
        ticket.next += 1n;
      }
      return 'done';
    });
    expect(result).toBe('done');
    for (const store of [one, two]) {
      expect(
        await append(plane.events, store, [event('m', 'x'), event('m', 'y'), event('m', 'x')]),
      ).toMatchObject({
        accepted: 0,
        duplicates: 2,
        replaced: 0,
        rejected: [{ index: 1, code: 'EVENT_OWNED_BY_OTHER' }],
      });
      expect(await plane.events.formerVersions(store, ['m'])).toEqual([]);
    }
    expect((await contents(plane.events, two)).size).toBe(2);
  });

  it('does nothing when it fails, and the store goes on', async () => {
    const store = await made();
    await append(plane.events, store, [event('a', '1')]);
    const failing = plane.writers.withWriters([store], async (connection, tickets) => {
      const ticket = tickets.get(store.number)!;
      await insertOwned(connection, store, ticket.next++, 'b', 'x');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await append(plane.events, store, [event('b', '1')])).toMatchObject({ accepted: 1 });
    const sequences = (await allEvents(plane.events, store)).map(({ sequence }) => sequence);
    expect(sequences).toEqual([1n, 2n]);
  });

  it('never takes a sequence twice, with appends and works at the same time', async () => {
    const stores = [await made(), await made()];
    const work = (index: number) =>
      plane.writers.withWriters(index % 2 ? stores : stores.toReversed(), async (connection, tickets) => {
        for (const ticket of tickets.values()) {
          await insertOwned(connection, ticket.store, ticket.next, `work ${index}`, 'x');
          ticket.next += 1n;
        }
      });
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => [
        work(index),
        append(plane.events, stores[index % 2]!, [event(`api ${index}`, 'x')]),
      ]).flat(),
    );
    for (const store of stores) {
      const sequences = (await allEvents(plane.events, store)).map(({ sequence }) => sequence);
      expect(sequences).toHaveLength(15);
      expect(new Set(sequences).size).toBe(15);
      expect((await plane.events.statistics(store)).lastSequence).toBe(
        sequences.toSorted((a, b) => Number(b - a))[0],
      );
    }
  });
});

it('fences off a writer when another takes over', async () => {
  const store = await made();
  await append(plane.events, store, [event('a', '1')]);
  const others = new StoreWriters(plane.database);
  const other = new DuckDbEventStore(plane.database, others);
  expect(await append(other, store, [event('a', '1'), event('b', '1')])).toMatchObject({
    accepted: 1,
    duplicates: 1,
  });
  await expect(append(plane.events, store, [event('c', '1')])).rejects.toMatchObject({
    code: 'EVENT_STORE_FENCED',
  });
  expect((await contents(other, store)).size).toBe(2);
});

it('fails one request, not those that came with it', async () => {
  const store = await made();
  const bad = [['x', 'not a time', '1']];
  const [first, second, third] = await Promise.allSettled([
    append(plane.events, store, [event('a', '1')]),
    append(plane.events, store, bad),
    append(plane.events, store, [event('b', '1')]),
  ]);
  expect(first).toMatchObject({ status: 'fulfilled', value: { accepted: 1 } });
  expect(second).toMatchObject({ status: 'rejected' });
  expect(third).toMatchObject({ status: 'fulfilled', value: { accepted: 1 } });
  expect(readdirSync(join(directory, 'live', 'tmp'))).toEqual([]);
});

it('goes on after being abandoned without closing', async () => {
  const store = await made();
  const { lastSequence } = await append(plane.events, store, [event('a', '1'), event('b', '1')]);
  await append(plane.events, store, [event('b', '2')]);
  // What the disk holds at this moment is what a killed server leaves behind.
  const copy = join(directory, 'copy');
  mkdirSync(copy);
  cpSync(join(directory, 'live'), copy, { recursive: true });
  writeFileSync(join(copy, 'tmp', 'left-behind.ndjson'), 'x');
  const other = await openDataPlane({ directory: copy, threads: 2 });
  try {
    expect(readdirSync(join(copy, 'tmp'))).toEqual([]);
    const again = await append(other.events, store, [event('a', '1'), event('b', '2'), event('c', '1')]);
    expect(again).toMatchObject({ accepted: 1, duplicates: 2, replaced: 0 });
    expect(again.lastSequence).toBeGreaterThan(lastSequence + 1n);
    expect(await other.events.formerVersions(store, ['b'])).toHaveLength(1);
  } finally {
    await other.close();
  }
});
