// What may be in memory on its way into stores, and what happens beyond it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatherRequest, releaseRequest } from '../../src/data-plane/duckdb/append-request.ts';
import { openDataPlane, type DataPlane } from '../../src/data-plane/duckdb/index.ts';
import { Intake } from '../../src/data-plane/duckdb/intake.ts';
import type { RowBatch } from '../../src/data-plane/event-store-port.ts';
import { append, batches, event, small } from './events-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const OVERLOADED = { code: 'EVENT_STORE_OVERLOADED', category: 'overloaded', retryAfterSeconds: 1 };
const directory = temporaryDirectory();

describe('the intake', () => {
  it('takes nothing more while it is full, and forgets what has ended', () => {
    const intake = new Intake(100);
    const ticket = intake.admit();
    ticket.hold(99);
    const second = intake.admit();
    intake.body().hold(1);
    expect(intake.isFull).toBe(true);
    expect(() => intake.admit()).toThrow(expect.objectContaining(OVERLOADED));
    ticket.letGo(40);
    intake.admit().end();
    ticket.end();
    second.end();
    expect(intake.bytes).toBe(1);
  });

  it('takes a thousand requests at once, however small', () => {
    const intake = new Intake();
    const tickets = Array.from({ length: 1_000 }, () => intake.admit());
    expect(() => intake.admit()).toThrow(expect.objectContaining(OVERLOADED));
    tickets[0]!.end();
    intake.admit();
  });

  it('lets a request that it took go on in little memory when it is full', async () => {
    const scratchDirectory = join(directory, 'scratch');
    mkdirSync(scratchDirectory);
    const intake = new Intake(3_000_000);
    const ticket = intake.admit();
    const rows = Array.from({ length: 100_000 }, (_, index) => event(`id ${index}`, 'x'.repeat(100)));
    let most = 0;
    async function* watched(): AsyncGenerator<RowBatch> {
      for await (const batch of batches(rows, 2_000)) {
        yield batch;
        most = Math.max(most, intake.bytes);
      }
    }
    const request = await gatherRequest(small(1), watched(), { scratchDirectory, intake, ticket });
    expect(request).toMatchObject({ rowCount: rows.length, content: { file: expect.any(String) } });
    expect(request.byteCount).toBeGreaterThan(12_000_000);
    expect(most).toBeLessThan(4_500_000);
    releaseRequest(request);
    ticket.end();
    expect(intake.bytes).toBe(0);
  });
});

describe('a store whose writer is slow', () => {
  let plane: DataPlane;
  beforeEach(async () => {
    plane = await openDataPlane({ directory: join(directory, 'plane'), intake_bytes_max: 500_000 });
  });
  afterEach(() => plane.close());

  it('refuses what does not fit, keeps what it took, and takes everything again afterwards', async () => {
    const store = small(1);
    await plane.events.createStore(store);
    let release = (): void => undefined;
    const blocked = plane.writers.exclusive(
      store.number,
      () => new Promise<void>((done) => (release = done)),
    );
    const requests = Array.from({ length: 40 }, (_, request) =>
      Array.from({ length: 300 }, (_, index) => event(`${request}/${index}`, 'x'.repeat(100))),
    );
    const all: Promise<PromiseSettledResult<unknown>[]>[] = [];
    for (const rows of requests) {
      all.push(Promise.allSettled([append(plane.events, store, rows)]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await expect(append(plane.events, store, requests[0]!)).rejects.toMatchObject(OVERLOADED);
    release();
    await blocked;
    const results = (await Promise.all(all)).flat();
    const taken = results.filter(({ status }) => status === 'fulfilled').length;
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(requests.length);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject(OVERLOADED);
    expect((await plane.events.statistics(store)).eventCount).toBe(taken * 300);
    let accepted = 0;
    for (const rows of requests) accepted += (await append(plane.events, store, rows)).accepted;
    expect(accepted).toBe((requests.length - taken) * 300);
  });
});
