// Uploaded files written into stores: every format, the same file again, and what a crash leaves.
import { rowCountOf } from '../../src/data-plane/event-store-port.ts';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { avroFile } from '../definitions/avro-files.ts';
import { openApi } from '../api.ts';
import type { Api } from '../api.ts';
import { freshDirectory, removeDirectory } from '../server.ts';
import { defineEvents } from '../fixture.ts';

let api: Api;
let directory = '';

async function open(dataDir = freshDirectory()): Promise<void> {
  directory = dataDir;
  api = await openApi(dataDir);
}

async function openWithStore(): Promise<void> {
  await open();
  await defineEvents(api, 'usage', { units: { type: 'decimal', scale: 18 }, n: 'integer' });
  await api.post('/v1/event-stores', { name: 's', eventDefinition: 'usage' });
}

afterEach(async () => {
  vi.restoreAllMocks();
  await api.close();
  removeDirectory(directory);
});

const put = async (name: string, bytes: Uint8Array | string): Promise<void> => {
  const { status } = await api.weir.call('PUT', `/v1/files/${name}`, bytes, {
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(status).toBeLessThan(300);
};
const started = async (file: string): Promise<string> =>
  (await api.post<{ id: string }>('/v1/event-stores/s/imports', { file })).id;
/** Imports a file and gives what became of it. */
async function imported(name: string, bytes: Uint8Array | string): Promise<Record<string, unknown>> {
  await put(name, bytes);
  const id = await started(name);
  await api.weir.server.services.imports.settled();
  return api.get(`/v1/imports/${id}`);
}
const unitsById = async (): Promise<Record<string, unknown>> => {
  const { items } = await api.get<{ items: { eventId: string; fields: Record<string, unknown> }[] }>(
    '/v1/event-stores/s/events',
  );
  return Object.fromEntries(items.map(({ eventId, fields }) => [eventId, fields['units']]));
};
const counts = (accepted: number, duplicates = 0, replaced = 0, rejected = 0) => ({
  status: 'completed',
  counts: { accepted, duplicates, replaced, rejected },
});

describe('an import', () => {
  it('of the same file again gives duplicates, of changed rows replacements', async () => {
    await openWithStore();
    const csv = 'id,at,units,n\na,2026-09-01,1.5,1\nb,2026-09-02,2,2\nc,2026-09-03,x,3\n';
    expect(await imported('f.csv', csv)).toMatchObject({
      ...counts(2, 0, 0, 1),
      rejected: [{ index: 2, line: 4, pointer: '/units' }],
    });
    expect(await imported('f.csv', csv)).toMatchObject(counts(0, 2, 0, 1));
    expect(await imported('f.csv', csv.replace('2,2\n', '2.25,2\n'))).toMatchObject(counts(0, 1, 1, 1));
    expect(await unitsById()).toEqual({ a: '1.5', b: '2.25' });
  });

  it('of an Avro file keeps every digit', async () => {
    await openWithStore();
    const schema = {
      type: 'record',
      name: 'Usage',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        {
          name: 'units',
          type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 18 }],
        },
        { name: 'n', type: 'long' },
      ],
    } as never;
    const at = 1_788_000_000_000n;
    const units = { bytes: Buffer.from('0123456789abcdef0123456789abcd', 'hex') };
    const records = [
      { id: 'a', at, units, n: 9_223_372_036_854_775_807n },
      { id: 'b', at, units: null, n: 0n },
    ];
    const file = await avroFile(schema, records, { codec: 'deflate' });
    expect(await imported('f.avro', gzipSync(file))).toMatchObject({ format: 'avro', ...counts(2) });
    const exact = String(BigInt('0x0123456789abcdef0123456789abcd'));
    expect(await unitsById()).toEqual({ a: `${exact.slice(0, -18)}.${exact.slice(-18)}`, b: undefined });
    expect(await api.get('/v1/event-stores/s/events/a')).toMatchObject({
      fields: { n: '9223372036854775807', at: '2026-08-29T10:40:00.000000Z' },
    });
    const asEvents = await api.post('/v1/event-stores/s/events', file, {
      'content-type': 'application/avro',
    });
    expect(asEvents).toMatchObject({ duplicates: 2, rejected: [] });
    const proposal = await api.post('/v1/event-definitions/detect', file, { 'content-type': 'avro/binary' });
    expect(proposal).toMatchObject({ eventIdFields: ['id'], eventTimeField: 'at', eventsRead: 2 });
    expect(await imported('cut.avro', file.subarray(0, -5))).toMatchObject({
      status: 'failed',
      error: { code: 'AVRO_MALFORMED', detail: expect.stringContaining('block 1') },
    });
  });

  it('lists the first thousand rejected events, and counts all of them', async () => {
    await openWithStore();
    const bad = Array.from({ length: 2_500 }, () => 'oops').join('\n');
    const done = await imported('bad.ndjson', bad);
    expect(done).toMatchObject(counts(0, 0, 0, 2_500));
    expect(done['rejected']).toHaveLength(1_000);
  });

  it('of gzip that unpacks without end is bounded, and fails as a whole', async () => {
    await openWithStore();
    // 64 MiB of one line from 64 KiB: longer than an event may be.
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await imported('bomb.ndjson.gz', bomb)).toMatchObject({
      ...counts(0, 0, 0, 1),
      rejected: [{ code: 'EVENT_TOO_LARGE' }],
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 * 1024 * 1024);
    const cut = gzipSync('id,at\na,2026-09-01\n').subarray(0, -6);
    expect(await imported('cut.csv.gz', cut)).toMatchObject({
      status: 'failed',
      error: { code: 'BODY_GZIP_INVALID' },
    });
    expect(await unitsById()).toEqual({});
  });

  it('that a crash ends before its commit is done again by the next start, from the file it began with', async () => {
    await openWithStore();
    const rows = Array.from({ length: 5_000 }, (_, index) => `id ${index},2026-09-01,${index}.5,${index}`);
    await put('f.csv', `id,at,units,n\n${rows.join('\n')}\n`);
    // Takes rows, and then never answers: the process ends before the data plane commits.
    const { events } = api.weir.server.services;
    const taken = new Promise<void>((resolve) => {
      vi.spyOn(events, 'append').mockImplementation(async (_table, batches) => {
        for await (const batch of batches) if (rowCountOf(batch) > 0) break;
        resolve();
        return new Promise(() => undefined);
      });
    });
    vi.spyOn(api.weir.server.services.imports, 'settled').mockResolvedValue();
    const id = await started('f.csv');
    await taken;
    expect(await api.get(`/v1/imports/${id}`)).toMatchObject({ status: 'running', counts: null });
    expect(await api.get('/v1/event-stores/s')).toMatchObject({ status: { activity: 'writing' } });
    await api.close();
    vi.restoreAllMocks();
    await open(directory);
    await api.weir.server.services.imports.settled();
    expect(await api.get(`/v1/imports/${id}`)).toMatchObject(counts(5_000));
    expect(await api.get('/v1/event-stores/s')).toMatchObject({
      eventCount: 5_000,
      status: { activity: 'idle' },
    });
  });

  it('that a crash ends after its commit counts duplicates at the next start', async () => {
    await openWithStore();
    await put('f.ndjson', '{"id":"a","at":"2026-09-01","units":1}\n');
    const { control } = api.weir.server.services;
    const change = control.change.bind(control);
    const id = await (async () => {
      let calls = 0;
      // The second change of the control plane notes the end: it never comes.
      vi.spyOn(control, 'change').mockImplementation((actor, work) =>
        ++calls === 2 ? new Promise(() => undefined) : change(actor, work),
      );
      return started('f.ndjson');
    })();
    while ((await api.get<{ eventCount: number }>('/v1/event-stores/s')).eventCount === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    vi.spyOn(api.weir.server.services.imports, 'settled').mockResolvedValue();
    await api.close();
    vi.restoreAllMocks();
    await open(directory);
    await api.weir.server.services.imports.settled();
    expect(await api.get(`/v1/imports/${id}`)).toMatchObject(counts(0, 1));
  });

  it('whose file is replaced before it is done again fails, and does not take the other one', async () => {
    await openWithStore();
    await put('f.ndjson', '{"id":"a","at":"2026-09-01","units":1}\n');
    const { events, imports } = api.weir.server.services;
    vi.spyOn(events, 'append').mockImplementation(() => new Promise(() => undefined));
    vi.spyOn(imports, 'settled').mockResolvedValue();
    const id = await started('f.ndjson');
    await put('f.ndjson', '{"id":"other","at":"2026-09-01","units":1}\n');
    await api.close();
    vi.restoreAllMocks();
    await open(directory);
    await api.weir.server.services.imports.settled();
    expect(await api.get(`/v1/imports/${id}`)).toMatchObject({
      status: 'failed',
      error: { code: 'FILE_NOT_FOUND' },
    });
  });
});
