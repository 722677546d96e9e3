// The door in real worker threads, from compiled sources, against the same door on this thread.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Door } from '../../src/data-plane/duckdb/door/index.ts';
import { Intake } from '../../src/data-plane/duckdb/intake.ts';
import { RowEncoder } from '../../src/data-plane/duckdb/load/index.ts';
import { rowCountOf } from '../../src/data-plane/event-store-port.ts';
import type {
  DecodedBatch,
  EncodedRows,
  EventBody,
  StoreTable,
} from '../../src/data-plane/event-store-port.ts';
import { columnsOf, type EventField } from '../../src/definitions/types.ts';
import { buildServer, type BuiltServer } from '../server-process.ts';

const field = (name: string, type: EventField['type']): EventField => ({ name, type, required: false });
const definition = {
  fields: [field('id', 'string'), field('at', 'datetime'), field('amount', 'decimal'), field('more', 'json')],
  eventIdFields: ['id'],
  eventTimeField: 'at',
  timeZone: 'Europe/Budapest',
};
const store: StoreTable = { number: 1, columns: columnsOf(definition), idFields: ['id'] };

let built: BuiltServer;
let threaded: Door;
const here = new Door();
beforeAll(async () => {
  built = buildServer();
  const entry = pathToFileURL(join(built.folder, 'data-plane', 'duckdb', 'door', 'door.js'));
  const compiled = (await import(entry.href)) as { readonly Door: typeof Door };
  threaded = new compiled.Door(new Intake(), { threads: 2 });
});
afterAll(async () => {
  await threaded.close();
  await built.dispose();
});

type Encoded = DecodedBatch & { readonly rows: EncodedRows };

/** A body in chunks, of which some cut a line. */
async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const body = (format: EventBody['format'], text: string, size = 65_536): EventBody => ({
  definition,
  format,
  bytes: chunks(text, size),
  options: { unknown: 'ignore', nullText: 'NULL' },
  retainedFrom: '2026-03-01T00:00:00.000000Z',
});

/** The batches of a body; what was read here is encoded as a thread does. */
async function read(door: Door, one: EventBody): Promise<Encoded[]> {
  const batches: Encoded[] = [];
  const encoder = new RowEncoder(store);
  for await (const { rows, ...rest } of door.read(store, one))
    batches.push({ ...rest, rows: 'pages' in rows ? rows : encoder.encode(rows) });
  return batches;
}

const rowsIn = (batches: readonly Encoded[]): number =>
  batches.reduce((sum, { rows }) => sum + rows.rowCount, 0);

/** Of everything that a batch holds. */
function fingerprint(batches: readonly Encoded[]): string {
  const hash = createHash('sha256');
  for (const { rows, ...rest } of batches) {
    hash.update(JSON.stringify(rest));
    for (const { buffer, byteOffset, byteLength } of [rows.positions, rows.low, rows.high, ...rows.pages])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

const line = (index: number): string =>
  index % 100 === 7
    ? `{"id":"${index}","at":"never","amount":1}`
    : `{"id":"é${index}","at":"2026-03-29 02:30:00","amount":${index}.000000000001,"more":{"b":[${index}]},"extra":1}`;
const LINES = 1_000;
const ndjson = Array.from({ length: LINES }, (_, index) => line(index)).join('\n');
/** In Budapest the first of March begins on the day before, which the store does not retain. */
const csv = [
  'id,at,amount,more',
  ...Array.from({ length: LINES }, (_, index) => `${index},2026-03-0${index % 20 === 0 ? 1 : 2},NULL,1`),
];

describe('a worker thread', () => {
  it.each([
    ['ndjson', ndjson],
    ['json', `[${ndjson.replaceAll('\n', ',')}]`],
    ['csv', csv.join('\n')],
  ] as const)('reads %s as this thread does', async (format, text) => {
    const mine = await read(here, body(format, text));
    expect(rowsIn(mine)).toBeGreaterThan(LINES * 0.9);
    const theirs = await read(threaded, body(format, text, 10_007));
    const facts = (batches: readonly Encoded[]) => ({
      rows: rowsIn(batches),
      rejected: batches.flatMap(({ rejected }) => rejected),
      ignored: batches.reduce((sum, { ignoredFields }) => sum + ignoredFields, 0),
      positions: batches.flatMap(({ rows }) => [...rows.positions]).join(),
    });
    expect(facts(theirs)).toEqual(facts(mine));
    // Where the chunks are the same, so are the pages, byte for byte.
    expect(fingerprint(await read(threaded, body(format, text)))).toBe(fingerprint(mine));
  });

  it('reads many bodies at once, each in its order', async () => {
    const wanted = fingerprint(await read(here, body('ndjson', ndjson)));
    const all = await Promise.all(Array.from({ length: 12 }, () => read(threaded, body('ndjson', ndjson))));
    for (const batches of all) expect(fingerprint(batches)).toBe(wanted);
  });

  it('says what is wrong with a body as this thread does', async () => {
    const text = `[${ndjson.replaceAll('\n', ',')},}`;
    const mine: unknown = await read(here, body('json', text)).catch((error: unknown) => error);
    const theirs: unknown = await read(threaded, body('json', text)).catch((error: unknown) => error);
    expect(theirs).toMatchObject({ code: 'BODY_MALFORMED', category: 'malformed' });
    expect((theirs as Error).message).toBe((mine as Error).message);
  });

  it('can end at any time: its bodies fail with a code, and the next one gets a new thread', async () => {
    const going = read(threaded, body('ndjson', `${ndjson}\n`.repeat(100)));
    const failed = expect(going).rejects.toMatchObject({ code: 'DECODER_FAILED', retryAfterSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await threaded.close();
    await failed;
    expect(rowsIn(await read(threaded, body('ndjson', ndjson)))).toBe(LINES - LINES / 100);
  });

  it('keeps plans of many definitions apart', async () => {
    const stores = Array.from({ length: 70 }, (_, number) => ({ ...store, number }));
    const wanted = rowsIn(await read(here, body('ndjson', ndjson)));
    for (const other of [...stores, ...stores.slice(0, 3)]) {
      let rows = 0;
      for await (const batch of threaded.read(other, body('ndjson', ndjson))) rows += rowCountOf(batch.rows);
      expect(rows).toBe(wanted);
    }
  }, 60_000);
});
