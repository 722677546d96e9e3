import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database } from '../../src/data-plane/duckdb/database.ts';
import { idColumnsOf } from '../../src/data-plane/duckdb/id-columns.ts';
import { IdHashes, idHash, idHashSql, idText } from '../../src/data-plane/duckdb/id-hash.ts';
import { StoreWriters } from '../../src/data-plane/duckdb/store-writers.ts';
import { DuckDbEventStore } from '../../src/data-plane/duckdb/event-store.ts';
import type { StoreTable } from '../../src/data-plane/event-store-port.ts';
import { append, everyType, instant } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
let database: Database;
beforeAll(async () => {
  database = await Database.open({ directory, threads: 1 });
});
afterAll(() => database.close());

it('is the lower half of the MD5, as the engine numbers it', async () => {
  expect(idHash(['abc'])).toBe(8250560606382298838n);
  const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 30 });
  await database.withConnection((connection) =>
    fc.assert(
      fc.asyncProperty(texts, async (list) => {
        const hashes = new IdHashes(1);
        for (const text of list) hashes.add(text);
        const rows = await connection.lists(
          `SELECT md5_number_lower(x) FROM (SELECT unnest(from_json($1, '["VARCHAR"]')) AS x)`,
          [JSON.stringify(list)],
        );
        expect(list.map((_, index) => String(hashes.value(index)))).toEqual(rows.flat());
      }),
      { numRuns: 50 },
    ),
  );
});

it('is the same in the engine for ids of every type, one field or several', async () => {
  const events = new DuckDbEventStore(database, new StoreWriters(database));
  const rows = ['0', '-0.5', '12.3', '100', '99999999999999999999999999.000000000001'].map(
    (amount, index) => [
      `ü${index}`,
      instant(index),
      index === 0 ? null : '😀',
      String(index - 2),
      amount,
      index % 2 ? 'true' : 'false',
      '2026-03-01',
      '{"a":[1]}',
    ],
  );
  const names = ['id', 'at', 'text', 'whole', 'amount', 'flag', 'day', 'extra'];
  for (const [number, idFields] of [...names.map((name) => [name]), names, names.toReversed()].entries()) {
    const store: StoreTable = { ...everyType(number + 1), idFields };
    await events.createStore(store);
    await append(events, store, rows);
    const stored = await database.withConnection((connection) =>
      connection.lists(`SELECT h, ${idHashSql(idColumnsOf(store))} FROM ev_${store.number} ORDER BY seq`),
    );
    for (const [h, again] of stored) expect(h).toBe(again);
    const ids = rows.map((row) => idFields.map((name) => row[names.indexOf(name)] ?? null));
    expect(new Set(stored.map(([h]) => h))).toEqual(new Set(ids.map((id) => String(idHash(id)))));
  }
});

it('does not run the parts of an id into each other', () => {
  expect(idText(['a', 'bc'])).not.toBe(idText(['ab', 'c']));
  expect(idText(['a'])).toBe('a');
});
