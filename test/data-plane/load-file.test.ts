import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/data-plane/duckdb/database.ts';
import { idHash } from '../../src/data-plane/duckdb/id-hash.ts';
import { LoadFile, RowEncoder, loadedRowsSql } from '../../src/data-plane/duckdb/load/index.ts';
import { readableSql } from '../../src/data-plane/duckdb/stored-events.ts';
import type { CanonicalValue, Column } from '../../src/definitions/types.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
let database: Database;
let made = 0;
beforeAll(async () => {
  database = await Database.open({ directory, threads: 2 });
});
afterAll(() => database.close());

type Rows = readonly (readonly CanonicalValue[])[];

const column = (type: Column['type'], scale?: number): Column => ({
  name: type,
  type,
  required: false,
  column: 'f1',
  ...(scale === undefined ? {} : { scale }),
});

/** The rows as the engine reads them back, with the hash, from row groups of batches. */
async function readBack(columns: readonly Column[], groups: readonly (readonly Rows[])[]): Promise<unknown> {
  const encoder = new RowEncoder({ columns, idFields: [columns[0]!.name] });
  const file = new LoadFile(columns);
  const parts = groups.flatMap((batches) =>
    file.rowGroup(batches.map((rows) => encoder.encode(rows.map((values, index) => ({ index, values }))))),
  );
  const path = join(directory, 'tmp', `${made++}.parquet`);
  writeFileSync(path, Buffer.concat([...parts, ...file.end()]));
  const texts = columns.map(readableSql).join(', ');
  return database.withConnection((connection) =>
    connection.lists(`SELECT ord, h, ${texts} FROM (${loadedRowsSql(columns)}) ORDER BY ord`, [path]),
  );
}

const expected = (rows: Rows): unknown =>
  rows.map((values, place) => [String(place), String(idHash([values[0] ?? null])), ...values]);

async function comesBack(columns: readonly Column[], rows: Rows): Promise<void> {
  expect(await readBack(columns, [[rows]])).toEqual(expected(rows));
}

const alone = (type: Column['type'], values: readonly CanonicalValue[], scale?: number): Promise<void> =>
  comesBack(
    [column(type, scale)],
    values.map((value) => [value]),
  );

const CALENDAR = ['0001-01-01', '1582-10-15', '1900-02-28', '1900-03-01', '1969-12-31', '1970-01-01'];
const LEAPS = ['2000-02-29', '2024-02-29', '2100-02-28', '2100-03-01', '9999-12-31'];

describe('every type comes back as it was', () => {
  it('texts', async () => {
    const texts = ['', ' ', '\u0000', 'a\u0000b', '\ufeff', '\ufeffa', '\uffff', '😀', 'é', 'null', '"\n'];
    await alone('string', [...texts, 'x'.repeat(63), 'x'.repeat(65), 'é'.repeat(64), '😀'.repeat(70_000)]);
    await alone('json', ['null', '{"a":"\\u0000"}', '[1,2]']);
  });

  it('whole numbers', async () => {
    const edges = [0n, 1n, 255n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 10n ** 15n, 10n ** 14n, 2n ** 63n - 1n];
    await alone('integer', [...edges, ...edges.map((edge) => -edge), -(2n ** 63n)].map(String));
  });

  it('decimals of every scale', async () => {
    for (let scale = 0; scale <= 18; scale += 1) {
      const digits = ['9'.repeat(38), '1'.padEnd(38, '0'), '123456789012345', '1234567890123456', '5'];
      const texts = digits.flatMap((text) => [text, `-${text}`]).map((text) => canonical(text, scale));
      await alone('decimal', ['0', ...texts], scale);
    }
  });

  it('times, dates and flags', async () => {
    const days = [...CALENDAR, ...LEAPS];
    await alone('date', days);
    const clocks = ['T00:00:00.000000Z', 'T23:59:59.999999Z', 'T12:34:56.000001Z'];
    await alone(
      'datetime',
      [...days, '2255-03-13', '2255-03-15', '1684-10-18', '1684-10-20'].flatMap((day) =>
        clocks.map((clock) => day + clock),
      ),
    );
    for (let count = 1; count <= 17; count += 1) {
      await alone(
        'boolean',
        Array.from({ length: count }, (_, index) => String(index % 3 === 0)),
      );
    }
  });

  it('what is missing', async () => {
    for (let count = 1; count <= 17; count += 1) {
      const values = Array.from({ length: count }, (_, index) => (index % 3 === 1 ? null : String(index)));
      await alone('integer', values);
      await alone('string', values);
      await alone(
        'boolean',
        values.map(() => null),
      );
    }
  });
});

it('may have no rows', async () => {
  expect(await readBack([column('decimal', 3)], [])).toEqual([]);
});

it('keeps the order of rows over batches and row groups of any size', async () => {
  const columns: Column[] = [
    { ...column('string'), name: 'id' },
    { ...column('integer'), name: 'n', column: 'f2' },
    { ...column('decimal', 18), name: 'd', column: 'f3' },
    { ...column('datetime'), name: 'at', column: 't' },
    { ...column('boolean'), name: 'flag', column: 'f5' },
    { ...column('date'), name: 'day', column: 'f6' },
  ];
  const maybe = (value: fc.Arbitrary<string>): fc.Arbitrary<CanonicalValue> =>
    fc.option(value, { nil: null });
  const instants = fc
    .integer({ min: -62_135_596_800, max: 253_402_300_799 })
    .map((second) => new Date(second * 1_000).toISOString().slice(-24));
  const row = fc.tuple(
    maybe(fc.string({ unit: 'binary' })),
    maybe(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
    maybe(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map((n) => canonical(String(n), 18))),
    maybe(instants.map((text) => text.replace('Z', '123Z'))),
    maybe(fc.boolean().map(String)),
    maybe(instants.map((text) => text.slice(0, 10))),
  );
  const batch = fc.array(row, { minLength: 1, maxLength: 20 });
  const groups = fc.array(fc.array(batch, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(groups, async (list) => {
      expect(await readBack(columns, list)).toEqual(expected(list.flat(2)));
    }),
    { numRuns: 60 },
  );
}, 60_000);

it('reads many row groups beside each other in their order', async () => {
  const rows = Array.from({ length: 300_000 }, (_, index): CanonicalValue[] => [String(index)]);
  const groups = Array.from({ length: 10 }, (_, group) => [rows.slice(group * 30_000, (group + 1) * 30_000)]);
  const encoder = new RowEncoder({ columns: [column('integer')], idFields: ['integer'] });
  const file = new LoadFile([column('integer')]);
  const parts = groups.flatMap((batches) =>
    file.rowGroup(batches.map((batch) => encoder.encode(batch.map((values, index) => ({ index, values }))))),
  );
  const path = join(directory, 'tmp', 'large.parquet');
  writeFileSync(path, Buffer.concat([...parts, ...file.end()]));
  const [found] = await database.withConnection((connection) =>
    connection.lists(
      `SELECT count(*), count(*) FILTER (ord <> f1), max(ord) FROM (${loadedRowsSql([column('integer')])})`,
      [path],
    ),
  );
  expect(found).toEqual(['300000', '0', '299999']);
});

/** Canonical text of an unscaled integer. */
function canonical(unscaled: string, scale: number): string {
  const negative = unscaled.startsWith('-');
  const digits = unscaled.replace('-', '').padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/u, '');
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? digits : fraction === '' ? whole : `${whole}.${fraction}`;
  return negative && text !== '0' ? `-${text}` : text;
}
