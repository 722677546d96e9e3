// A disk that turns read-only or reports errors under a running server: coded answers, nothing acknowledged
// lost, and work goes on when the disk does, without a restart.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../server-process.ts';
import type { BuiltServer } from '../server-process.ts';
import { makeFailingDisk } from './failing-disk.ts';
import type { FailingDisk } from './failing-disk.ts';
import { WITH_KEY, makeStore, remote } from './server.ts';
import type { Problem, Remote } from './server.ts';

const disks = [makeFailingDisk(), makeFailingDisk()] as const;
let built: BuiltServer;

beforeAll(() => {
  built = buildServer();
}, 120_000);
afterAll(async () => {
  await built.dispose();
  for (const disk of disks) disk?.remove();
});

const batch = (name: string) =>
  Array.from({ length: 200 }, (_, at) => ({ id: `${name}-${at}`, at: '2026-09-01T00:00:00Z', units: '0.1' }));

interface Count {
  readonly eventCount: number;
}
interface Written {
  readonly accepted: number;
  readonly duplicates: number;
}

const EVENTS = '/v1/event-stores/s/events';
const write = (weir: Remote, name: string) => weir.send<Written & Problem>('POST', EVENTS, batch(name));
const count = async (weir: Remote): Promise<number> =>
  (await weir.send<Count>('GET', '/v1/event-stores/s')).body.eventCount;

/** Writes again, as clients do, until it is taken: an answer of 503 says that it may be. */
async function insist(weir: Remote, name: string): Promise<Written> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { status, body } = await write(weir, name);
    if (status === 200) return body;
    expect(status).toBe(503);
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
  throw new Error('the disk is well again, and the write is still refused');
}

describe.skipIf(disks[0] === undefined)('on a failing disk (needs a C compiler)', () => {
  it.each([
    ['EROFS', 'DISK_READ_ONLY', 0],
    ['EIO', 'DISK_FAILING', 1],
  ] as const)(
    '%s: refuses with %s and recovers without a restart',
    async (error, code, at) => {
      const disk = disks[at] as FailingDisk;
      const server = built.start(disk.directory, { ...WITH_KEY, ...disk.env });
      const weir = await remote(server);
      await makeStore(weir, 's');
      expect(await write(weir, 'before')).toMatchObject({ status: 200, body: { accepted: 200 } });

      disk.fail(error);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const refused = await write(weir, `while-${attempt}`);
        expect(refused.status, JSON.stringify(refused.body)).toBe(503);
        expect([code, 'DATA_FILE_INVALIDATED']).toContain(refused.body.code);
      }
      const catalogue = await weir.send('POST', '/v1/event-stores', { name: 't', eventDefinition: 'calls' });
      // The control plane's engine says of a read-only disk only that it fails.
      expect(catalogue.status, server.output()).toBe(503);
      expect([code, 'DISK_FAILING']).toContain(catalogue.body.code);
      expect((await weir.send('GET', '/healthz')).status).toBe(200);

      disk.mend();
      const taken = await insist(weir, 'while-0');
      // A commit whose sync failed may be there or not; sent again it is there once.
      expect(taken.accepted + taken.duplicates).toBe(200);
      await insist(weir, 'while-1');
      await insist(weir, 'while-2');
      expect(await insist(weir, 'before')).toMatchObject({ accepted: 0, duplicates: 200 });
      expect(await count(weir)).toBe(800);
      const made = await weir.send('POST', '/v1/event-stores', { name: 't', eventDefinition: 'calls' });
      expect(made.status).toBe(201);

      server.child.kill('SIGKILL');
      await server.exit;
      const again = await remote(built.start(disk.directory, WITH_KEY));
      expect(await count(again)).toBe(800);
    },
    120_000,
  );
});
