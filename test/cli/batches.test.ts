import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchesOf } from '../../src/cli/import/batches.ts';
import { formatOf, openSourceFile } from '../../src/cli/import/source-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-batches-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function batched(path: string, size: number): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const { parts, events, firstLine } of batchesOf(await openSourceFile(path), size)) {
    batches.push([firstLine, events.length, Buffer.concat(parts).toString('utf8')]);
  }
  return batches;
}

describe('batches of a file', () => {
  test('CSV: each body begins with the header, each knows the line of its first event', async () => {
    const path = await file('a.csv', 'id,n\n1,"x\ny"\n2,b\n\n3,c');
    expect(await batched(path, 2)).toEqual([
      [2, 2, 'id,n\n1,"x\ny"\n2,b\n'],
      [6, 1, 'id,n\n3,c'],
    ]);
  });

  test('NDJSON: no header, blank lines count as lines only', async () => {
    const path = await file('a.ndjson', '{"id":1}\n\n{"id":2}\n{"id":3}\n');
    expect(await batched(path, 2)).toEqual([
      [1, 2, '{"id":1}\n\n{"id":2}\n'],
      [4, 1, '{"id":3}\n'],
    ]);
  });

  test('gzip is seen by its first bytes, whatever the file is called', async () => {
    const path = await file('packed.csv', gzipSync('id\n1\n'));
    expect(await batched(path, 10)).toEqual([[2, 1, 'id\n1\n']]);
    expect((await openSourceFile(await file('b.ndjson.gz', gzipSync('{}\n')))).name).toBe('b.ndjson');
  });

  test('a header without its line end still ends a line; one alone has no events', async () => {
    expect(await batched(await file('header.csv', 'id,n'), 10)).toEqual([]);
  });

  test('a broken gzip file names itself', async () => {
    const whole = gzipSync('id\n' + '1234567\n'.repeat(10_000));
    const path = await file('cut.csv.gz', whole.subarray(0, whole.length - 20));
    await expect(batched(path, 10)).rejects.toThrow(/cut\.csv\.gz cannot be read to its end/);
  });

  test('an empty CSV file has no header: an error; a missing one too', async () => {
    await expect(batched(await file('empty.csv', ''), 10)).rejects.toThrow(/is empty/);
    await expect(openSourceFile(join(folder, 'missing.csv'))).rejects.toThrow(/cannot be read/);
  });
});

test.each([
  ['id,name', 'csv'],
  ['\u{FEFF}  {"a":1}', 'ndjson'],
  ['\n [1]', 'json'],
  ['<?xml', 'xml'],
  ['PAR1\u0015', 'parquet'],
  ['', 'csv'],
])('the first bytes %j say %s', (text, format) => {
  expect(formatOf(Buffer.from(text))).toBe(format);
});
