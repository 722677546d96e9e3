import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CanonicalValue } from '../../src/definitions/types.ts';
import { literalSql } from '../../src/data-plane/duckdb/export-sql.ts';
import { openDataPlane, type DataPlane } from '../../src/data-plane/duckdb/index.ts';
import type { ExportFormat, StoreTable } from '../../src/data-plane/event-store-port.ts';
import { append, everyType, instant } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const names = ['id', 'at', `a "b', \n ; DROP`, 'whole', 'größe', 'Größe', 'select', '$extra'];
const store: StoreTable = {
  ...everyType(1),
  columns: everyType(1).columns.map((column, index) => ({ ...column, name: names[index]! })),
};
const rows: CanonicalValue[][] = [
  [
    'b',
    instant(1),
    'x, "y"\r\n\t\\',
    '-9223372036854775808',
    '0.000000000001',
    'true',
    '2026-03-01',
    '{"n":12345678901234567890.5,"t":"\\u0001"}',
  ],
  ['a', instant(1), '', '0', '-99999999999999999999999999.999999999999', 'false', '0001-01-01', '[null]'],
  ['c', instant(0), null, null, null, null, null, null],
  ['late', instant(9), '\u0001\u0002\u0003', '1', '1', null, null, '"\\u0002"'],
];
const inOrder = [rows[2]!, rows[0]!, rows[1]!, rows[3]!];
let plane: DataPlane;
beforeAll(async () => {
  plane = await openDataPlane({ directory, threads: 2 });
  await plane.events.createStore(store);
  await append(plane.events, store, rows);
});
afterAll(() => plane.close());

async function exported(format: ExportFormat, range = {}): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of plane.events.exportEvents(store, range, format)) parts.push(part);
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  return Buffer.concat(parts);
}

it('exports CSV, telling no value from the empty text', async () => {
  const text = (await exported('csv')).toString();
  const table: string[][] = parse(text);
  expect(table).toEqual([names, ...inOrder.map((row) => row.map((value) => value ?? ''))]);
  const quoted: (string | null)[][] = parse(text, {
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  });
  expect(quoted.slice(1)).toEqual(inOrder);
});

it('exports NDJSON with numbers as text and JSON as it is', async () => {
  const lines = (await exported('ndjson')).toString().trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  const expected = inOrder.map((row) =>
    Object.fromEntries(
      row.map((value, index) => {
        if (value === null || index < 5 || index === 6) return [names[index]!, value];
        return [names[index]!, JSON.parse(value) as unknown];
      }),
    ),
  );
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(expected);
  expect(lines[1]).toContain('{"n":12345678901234567890.5,"t":"\\u0001"}');
});

it('exports Parquet with the types of the store', async () => {
  const file = join(directory, 'files', 'x.parquet');
  writeFileSync(file, await exported('parquet'));
  await plane.database.withConnection(async (connection) => {
    const types = await connection.lists(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${literalSql(file)}))`,
    );
    expect(types.map(([, type]) => type)).toEqual([
      'VARCHAR',
      'TIMESTAMP WITH TIME ZONE',
      'VARCHAR',
      'BIGINT',
      'DECIMAL(38,12)',
      'BOOLEAN',
      'DATE',
      'JSON',
    ]);
    expect(types.map(([name]) => name).slice(0, 4)).toEqual(names.slice(0, 4));
    const values = await connection.lists(
      `SELECT id, epoch_us("at"), whole, CAST(größe AS VARCHAR) FROM read_parquet(${literalSql(file)})`,
    );
    expect(values.map(([id]) => id)).toEqual(['c', 'b', 'a', 'late']);
    expect(values[2]).toEqual(['a', String(Date.parse(instant(1)) * 1000), '0', rows[1]![4]]);
  });
});

it('exports a range, and nothing as nothing', async () => {
  const range = { from: instant(1), to: instant(9) };
  expect((await exported('ndjson', range)).toString().trimEnd().split('\n')).toHaveLength(2);
  const none = { from: instant(2), to: instant(3) };
  expect(await exported('ndjson', none)).toHaveLength(0);
  expect(parse((await exported('csv', none)).toString())).toEqual([names]);
});

it('removes the file when the reader leaves', async () => {
  for await (const part of plane.events.exportEvents(store, {}, 'ndjson')) {
    expect(part.length).toBeGreaterThan(0);
    break;
  }
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
});
