import * as fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { recordsOf, type FileRecord } from '../../src/cli/import/records.ts';

async function split(
  text: string | Buffer,
  csv: boolean,
  cuts: readonly number[] = [],
): Promise<FileRecord[]> {
  const bytes = Buffer.from(text as string);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const [index, place] of places.slice(1).entries()) yield bytes.subarray(places[index], place);
  }
  const records: FileRecord[] = [];
  for await (const group of recordsOf(chunks(), csv)) records.push(...group);
  return records;
}

const shown = (records: readonly FileRecord[]): unknown[] =>
  records.map(({ bytes, line, blank }) => [line, bytes.toString('utf8'), ...(blank ? ['blank'] : [])]);

describe('records of a file of lines', () => {
  test('NDJSON: a record per line, quotes or not', async () => {
    expect(shown(await split('{"a":"x"}\n{"b":"\n{}', false))).toEqual([
      [1, '{"a":"x"}\n'],
      [2, '{"b":"\n'],
      [3, '{}'],
    ]);
  });

  test('CSV: a line end in a quoted cell belongs to the record, and counts as a line', async () => {
    expect(shown(await split('a,b\r\n1,"x\r\ny"\r\n2,z\r\n', true))).toEqual([
      [1, 'a,b\r\n'],
      [2, '1,"x\r\ny"\r\n'],
      [4, '2,z\r\n'],
    ]);
  });

  test('CSV: two quotes in a quoted cell stand for one; a quote inside a plain cell opens nothing', async () => {
    expect(shown(await split('"a ""b"",\n",1\n5" pipe,2\n', true))).toEqual([
      [1, '"a ""b"",\n",1\n'],
      [3, '5" pipe,2\n'],
    ]);
  });

  test('blank lines are marked; a byte order mark is dropped; an empty file has no records', async () => {
    expect(shown(await split('\u{FEFF}a\n\n\r\nb', true))).toEqual([
      [1, 'a\n'],
      [2, '\n', 'blank'],
      [3, '\r\n', 'blank'],
      [4, 'b'],
    ]);
    expect(await split('', true)).toEqual([]);
  });

  test('a quote that is never closed names its line', async () => {
    await expect(split('a,b\n1,"x\n2,y\n', true)).rejects.toThrow(/record of line 2 is never closed/);
  });

  test('a record without an end does not fill the memory', async () => {
    const endless = Buffer.alloc(17 * 1024 * 1024, 'x');
    await expect(split(endless, false)).rejects.toThrow(/record of line 1 is longer than 16777216 bytes/);
  });
});

const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'é', '😀'), maxLength: 6 });
const csvText = fc
  .array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 8 })
  .map((rows) =>
    rows.map((row) => `${row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`).join(''),
  );

test('however the bytes are cut into chunks, the records are those that a CSV parser finds', async () => {
  await fc.assert(
    fc.asyncProperty(csvText, fc.array(fc.nat(200), { maxLength: 5 }), async (text, cuts) => {
      const records = await split(text, true, cuts);
      expect(records.map(({ bytes }) => bytes.toString('utf8')).join('')).toBe(text);
      const found = records.map(({ bytes }) => parse(bytes, { relax_column_count: true })[0] as unknown);
      expect(found).toEqual(parse(text));
      const lines = records.map(({ line }) => line);
      const before = records.map((_, index) => records.slice(0, index).map(({ bytes }) => bytes));
      expect(lines).toEqual(before.map((parts) => 1 + newlines(Buffer.concat(parts))));
    }),
    { numRuns: 200 },
  );
});

function newlines(bytes: Buffer): number {
  return bytes.filter((byte) => byte === 10).length;
}
