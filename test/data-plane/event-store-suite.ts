// The promises of the event store port, run against every adapter.
import * as fc from 'fast-check';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import type { CanonicalValue } from '../../src/definitions/types.ts';
import type { BackfillPort } from '../../src/data-plane/backfill-port.ts';
import type { EventStorePort, StoreTable } from '../../src/data-plane/event-store-port.ts';
import { allEvents, append, batches, contents, event, everyType, instant, small } from './events-fixture.ts';

export interface Adapter {
  readonly events: EventStorePort;
  readonly backfills: BackfillPort;
  close(): Promise<void>;
}

/** `open` gives an adapter on the same data every time it is called; one is open at a time. */
export function eventStoreSuite(open: () => Promise<Adapter>): void {
  let adapter: Adapter;
  let number = 0;
  const events = (): EventStorePort => adapter.events;
  const made = async (make: (number: number) => StoreTable): Promise<StoreTable> => {
    number += 1;
    const store = make(number);
    await events().createStore(store);
    return store;
  };
  const reopen = async (): Promise<void> => {
    await adapter.close();
    adapter = await open();
  };
  beforeAll(async () => {
    adapter = await open();
  });
  afterAll(() => adapter.close());

  describe('identity', () => {
    it('takes a new id, ignores the same content, replaces other content', async () => {
      const store = await made(small);
      expect(await append(events(), store, [event('a', '1'), event('b', '1')])).toMatchObject({
        accepted: 2,
        duplicates: 0,
        replaced: 0,
        rejected: [],
      });
      const second = await append(events(), store, [event('a', '1'), event('b', '2'), event('c', '1')]);
      expect(second).toMatchObject({ accepted: 1, duplicates: 1, replaced: 1, rejected: [] });
      expect(await contents(events(), store)).toEqual(
        new Map([
          ['a', event('a', '1')],
          ['b', event('b', '2')],
          ['c', event('c', '1')],
        ]),
      );
      const [former, ...older] = await events().formerVersions(store, ['b']);
      expect(former).toMatchObject({ values: event('b', '1'), change: 'replace', cause: 'write' });
      expect(older).toEqual([]);
      expect(await events().getEvent(store, ['b'])).toMatchObject({
        sequence: former!.changeSequence,
        values: event('b', '2'),
      });
      expect((await events().statistics(store)).lastSequence).toBe(second.lastSequence);
    });

    it('decides in the order of arrival when an id comes several times', async () => {
      const store = await made(small);
      const rows = ['1', '1', '2', '1', '1', '3'].map((value) => event('a', value));
      expect(await append(events(), store, rows)).toMatchObject({ accepted: 1, duplicates: 2, replaced: 3 });
      const former = await events().formerVersions(store, ['a']);
      expect(former.map(({ values }) => values[2])).toEqual(['1', '2', '1']);
      expect(former.map(({ changeSequence }) => changeSequence)).toEqual(
        [(await events().getEvent(store, ['a']))!, ...former.slice(0, 2)].map(({ sequence }) => sequence),
      );
    });

    it('compares typed values, null included, and the event time', async () => {
      const store = await made(small);
      await append(events(), store, [event('a', null), event('b', ''), event('c', '1', 1)]);
      const again = [event('a', null), event('b', ''), event('c', '1', 2), event('a', '')];
      expect(await append(events(), store, again)).toMatchObject({ duplicates: 2, replaced: 2 });
    });

    it('knows every id after reopening', async () => {
      const store = await made(small);
      const rows = Array.from({ length: 3_000 }, (_, index) => event(`id ${index}`, 'x', index));
      const first = await append(events(), store, rows);
      await reopen();
      const again = await append(events(), store, [...rows, event('new', 'x')]);
      expect(again).toMatchObject({ accepted: 1, duplicates: 3_000, replaced: 0 });
      expect(again.lastSequence).toBeGreaterThan(first.lastSequence);
    });

    it('counts a batch of nothing but duplicates, and writes nothing', async () => {
      const store = await made(small);
      const rows = [event('a', '1'), event('b', '1')];
      const { lastSequence } = await append(events(), store, rows);
      expect(await append(events(), store, rows)).toEqual({
        accepted: 0,
        duplicates: 2,
        replaced: 0,
        rejected: [],
        lastSequence,
      });
      expect(await append(events(), store, [])).toMatchObject({ accepted: 0, lastSequence });
    });

    it('agrees with a map, whatever comes in whatever order', async () => {
      const row = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom('x', 'y', null));
      const request = fc.array(row, { maxLength: 12 });
      const step = fc.oneof(
        { weight: 8, arbitrary: fc.array(request, { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.constant('reopen' as const) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
          const store = await made(small);
          const model = new Model();
          for (const requests of steps) {
            if (requests === 'reopen') {
              await reopen();
              continue;
            }
            // Sent together: they arrive in this order, however they are grouped into commits.
            const rows = requests.map((list) => list.map(([id, value]) => event(String(id), value)));
            const outcomes = await Promise.all(rows.map((list) => append(events(), store, list)));
            for (const [index, list] of rows.entries()) {
              expect(outcomes[index]).toMatchObject(model.write(list));
            }
          }
          expect(await contents(events(), store)).toEqual(model.events);
          for (const [id, versions] of model.former) {
            const former = await events().formerVersions(store, [id]);
            expect(former.map(({ values }) => values)).toEqual(versions.toReversed());
          }
        }),
        { numRuns: 12 },
      );
    }, 60_000);
  });

  describe('writing', () => {
    it('gives back every text and number as it came', async () => {
      const store = await made(everyType);
      const texts = [
        '',
        ' ',
        'null',
        '"',
        '\\',
        '\\n',
        '\n',
        '\r\n',
        '\t',
        '\u0000',
        'a\u0000b',
        '😀',
        'é',
        ',',
        "'",
        '\u2028',
        '\ufeff',
        '\uffff',
      ];
      const amounts = [
        '0',
        '-1',
        '0.000000000001',
        '-0.5',
        '99999999999999999999999999.999999999999',
        '-99999999999999999999999999.999999999999',
        '12345678901234567890',
      ];
      const wholes = ['0', '-9223372036854775808', '9223372036854775807', null];
      const rows = texts.map((text, index): CanonicalValue[] => [
        `${index} ${text}`,
        `2026-03-01T00:00:00.${String(index).padStart(6, '0')}Z`,
        text,
        wholes[index % wholes.length] ?? null,
        amounts[index % amounts.length] ?? null,
        [null, 'true', 'false'][index % 3] ?? null,
        ['0001-01-01', '9999-12-31', null][index % 3] ?? null,
        JSON.stringify({ a: text, n: [1, null] }),
      ]);
      rows.push(['nothing', '0001-01-01T00:00:00.000000Z', null, null, null, null, null, null]);
      rows.push(['last', '9999-12-31T23:59:59.999999Z', null, null, null, null, null, 'null']);
      expect(await append(events(), store, rows)).toMatchObject({ accepted: rows.length });
      expect(await contents(events(), store)).toEqual(new Map(rows.map((values) => [values[0], values])));
      for (const values of rows) {
        expect(await events().getEvent(store, [values[0]!])).toMatchObject({ values });
      }
      expect(await append(events(), store, rows)).toMatchObject({ duplicates: rows.length });
    });

    it('gives back random rows', async () => {
      const text = fc.option(fc.string({ unit: 'binary' }), { nil: null });
      const amount = fc
        .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.integer({ min: 0, max: 38 }))
        .map(([digits, drop]) => decimalText(digits / 10n ** BigInt(drop), 12));
      const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
      const at = fc.integer({ min: 0, max: 1_000_000 }).map(instant);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(text, amount, whole, at), { maxLength: 50 }), async (values) => {
          const store = await made(everyType);
          const rows = values.map(([t, a, w, time], index) => [
            `${index}${t ?? ''}`,
            time,
            t,
            w,
            a,
            null,
            null,
            null,
          ]);
          await append(events(), store, rows);
          expect(await contents(events(), store)).toEqual(new Map(rows.map((row) => [row[0], row])));
        }),
        { numRuns: 15 },
      );
    });

    it('commits requests that arrive together without mixing them up', async () => {
      const store = await made(small);
      const requests = Array.from({ length: 50 }, (_, request) => [
        event('shared', String(request)),
        ...Array.from({ length: 20 }, (_, index) => event(`${request}/${index}`, 'x')),
        event(`${request}/0`, 'x'),
      ]);
      const outcomes = await Promise.all(requests.map((rows) => append(events(), store, rows)));
      for (const [index, outcome] of outcomes.entries()) {
        const shared = index === 0 ? { accepted: 21, replaced: 0 } : { accepted: 20, replaced: 1 };
        expect(outcome).toMatchObject({ ...shared, duplicates: 1, rejected: [] });
      }
      const held = await contents(events(), store);
      expect(held.size).toBe(1 + 50 * 20);
      expect(held.get('shared')).toEqual(event('shared', '49'));
      expect(await events().formerVersions(store, ['shared'])).toHaveLength(49);
    });

    it('writes to several stores at once', async () => {
      const stores = [await made(small), await made(small), await made(small)];
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          append(events(), stores[index % 3]!, [event(String(index), 'x'), event('shared', 'x')]),
        ),
      );
      for (const store of stores) expect(await contents(events(), store)).toHaveLength(11);
    });

    it('takes a large request as one commit, in the order it came', async () => {
      const store = await made(small);
      const filler = 'x'.repeat(1_000);
      const rows = Array.from({ length: 10_000 }, (_, index) =>
        event(`id ${index % 9_990}`, `${filler}${index}`, index % 5),
      );
      expect(await append(events(), store, rows)).toMatchObject({
        accepted: 9_990,
        duplicates: 0,
        replaced: 10,
      });
      const inOrder = await events().readEvents(store, { limit: 20_000 });
      expect(inOrder).toHaveLength(9_990);
      const bySequence = inOrder
        .toSorted((a, b) => Number(a.sequence - b.sequence))
        .map(({ values }) => values[2]);
      expect(bySequence).toEqual(rows.slice(10).map((row) => row[2]));
      expect(await append(events(), store, rows.slice(10))).toMatchObject({ duplicates: 9_990 });
    });

    it('writes nothing when the rows fail', async () => {
      const store = await made(small);
      async function* failing() {
        yield* batches([event('a', '1')]);
        throw new Error('the body broke off');
      }
      await expect(events().append(store, failing())).rejects.toThrow('the body broke off');
      expect(await allEvents(events(), store)).toEqual([]);
      expect(await append(events(), store, [event('a', '1')])).toMatchObject({ accepted: 1 });
    });

    it('tells ids of several fields apart', async () => {
      const store = await made((n) => ({ ...small(n), idFields: ['id', 'value'] }));
      const rows = [event('a', 'b'), event('a', 'c'), event('a\u001fb', ''), event('a', 'b\u001f')];
      expect(await append(events(), store, rows)).toMatchObject({ accepted: 4 });
      expect(await append(events(), store, rows)).toMatchObject({ duplicates: 4 });
      expect(await events().getEvent(store, ['a', 'c'])).toMatchObject({ values: event('a', 'c') });
      expect(await events().getEvent(store, ['a', 'd'])).toBeUndefined();
    });
  });

  describe('stores', () => {
    it('extends a store by columns, and keeps what is there', async () => {
      const store = await made(small);
      await append(events(), store, [event('a', '1')]);
      const wider: StoreTable = {
        ...store,
        columns: [
          ...store.columns,
          { name: 'more', type: 'decimal', scale: 2, required: false, column: 'f4' },
        ],
      };
      await events().extendStore(wider);
      await events().extendStore(wider);
      expect(
        await append(events(), wider, [
          [...event('b', '1'), '2.5'],
          [...event('a', '1'), null],
        ]),
      ).toMatchObject({
        accepted: 1,
        duplicates: 1,
      });
      expect(await contents(events(), wider)).toEqual(
        new Map([
          ['a', [...event('a', '1'), null]],
          ['b', [...event('b', '1'), '2.5']],
        ]),
      );
    });

    it('creates and drops more than once', async () => {
      const store = await made(small);
      await append(events(), store, [event('a', '1')]);
      await events().createStore(store);
      expect(await allEvents(events(), store)).toHaveLength(1);
      await events().dropStore(store.number);
      await events().dropStore(store.number);
      await expect(append(events(), store, [event('a', '1')])).rejects.toMatchObject({
        code: 'EVENT_STORE_NOT_FOUND',
      });
    });

    it('says how much it holds', async () => {
      const store = await made(small);
      expect(await events().statistics(store)).toMatchObject({
        eventCount: 0,
        firstEventTime: null,
        lastEventTime: null,
        lastWriteAt: null,
      });
      const { lastSequence } = await append(events(), store, [event('a', '1', 7), event('b', '1', 3)]);
      const after = await events().statistics(store);
      expect(after).toMatchObject({
        eventCount: 2,
        firstEventTime: instant(3),
        lastEventTime: instant(7),
        lastSequence,
      });
      expect(Date.parse(after.lastWriteAt!)).toBeGreaterThan(Date.now() - 60_000);
      expect(after.sizeBytes).toBeGreaterThanOrEqual(0);
    });

    it('says so of the moment, however often it is asked and whatever is written meanwhile', async () => {
      const stores = [await made(small), await made(small), await made(small)];
      const counts = async () => (await events().statisticsOf(stores)).map(({ eventCount }) => eventCount);
      const written = [0, 0, 0];
      expect(await counts()).toEqual(written);
      await Promise.all(
        stores.map(async (store, index) => {
          for (let round = 1; round <= 8; round += 1) {
            await append(events(), store, [event(`e${round}`, String(index), round)]);
            written[index] = round;
            const asked = [...written];
            const [statistics] = await events().statisticsOf([store]);
            expect(statistics).toMatchObject({ eventCount: round, lastEventTime: instant(round) });
            // Those of the others may have moved on since they were noted, but not back.
            for (const [other, count] of (await counts()).entries()) {
              expect(count).toBeGreaterThanOrEqual(asked[other]!);
            }
          }
        }),
      );
      expect(await counts()).toEqual([8, 8, 8]);
      await adapter.backfills.previewIds(stores[1]!, 'bf_counted', [['e1'], ['e2']]);
      await adapter.backfills.confirmStep(stores[1]!, 'bf_counted', { change: 'delete' });
      expect(await counts()).toEqual([8, 6, 8]);
      expect(await events().statistics(stores[1]!)).toMatchObject({ firstEventTime: instant(3) });
    });
  });

  describe('reading', () => {
    it('pages in order of time and then of arrival, both ways', async () => {
      const store = await made(small);
      const rows = Array.from({ length: 25 }, (_, index) =>
        event(String(index), index % 2 ? 'odd' : 'even', index % 4),
      );
      await append(events(), store, rows);
      const expected = rows
        .toSorted((a, b) => (a[1]! < b[1]! ? -1 : a[1]! > b[1]! ? 1 : 0))
        .map((row) => row[0]);
      for (const descending of [false, true]) {
        const ids: (string | null)[] = [];
        for (let page = await events().readEvents(store, { limit: 4, descending }); page.length > 0;) {
          ids.push(...page.map(({ values }) => values[0]!));
          page = await events().readEvents(store, { limit: 4, descending, after: page.at(-1)! });
        }
        expect(ids).toEqual(descending ? expected.toReversed() : expected);
      }
      const some = await events().readEvents(store, {
        range: { from: instant(1), to: instant(3) },
        filters: [{ field: 'value', value: 'odd' }],
        limit: 100,
      });
      expect(some.map(({ values }) => values[1])).toEqual(Array.from({ length: 6 }, () => instant(1)));
      await expect(
        events().readEvents(store, { filters: [{ field: 'no; DROP', value: 'x' }], limit: 1 }),
      ).rejects.toMatchObject({ code: 'EVENT_FIELD_NOT_FOUND' });
    });

    it('filters by every type, and by no value', async () => {
      const store = await made(everyType);
      const row = ['a', instant(0), "o'k", '7', '1.5', 'true', '2026-03-01', '{"a":1}'];
      await append(events(), store, [row, ['b', instant(0), null, null, null, null, null, null]]);
      for (const [index, { name }] of store.columns.entries()) {
        const found = await events().readEvents(store, {
          filters: [{ field: name, value: row[index]! }],
          limit: 9,
        });
        expect(found.map(({ values }) => values[0])).toContain('a');
        if (index > 1) {
          const empty = await events().readEvents(store, {
            filters: [{ field: name, value: null }],
            limit: 9,
          });
          expect(empty.map(({ values }) => values[0])).toEqual(['b']);
        }
      }
    });

    it('counts days of a zone over the change of its clock, by group', async () => {
      const store = await made(small);
      const hours = Array.from({ length: 72 }, (_, hour) =>
        event(String(hour), hour % 2 ? 'odd' : null, 27 * 24 * 60 + hour * 60),
      );
      await append(events(), store, hours);
      const days = { bucket: 'day', timeZone: 'Europe/Berlin' } as const;
      expect(await events().histogram(store, days)).toEqual([
        { from: '2026-03-27T23:00:00.000000Z', to: '2026-03-28T23:00:00.000000Z', count: 23 },
        { from: '2026-03-28T23:00:00.000000Z', to: '2026-03-29T22:00:00.000000Z', count: 23 },
        { from: '2026-03-29T22:00:00.000000Z', to: '2026-03-30T22:00:00.000000Z', count: 24 },
        { from: '2026-03-30T22:00:00.000000Z', to: '2026-03-31T22:00:00.000000Z', count: 2 },
      ]);
      const range = { from: '2026-03-28T23:00:00.000000Z', to: '2026-03-29T22:00:00.000000Z' };
      expect(await events().histogram(store, { ...days, range, groupBy: 'value' })).toEqual([
        { ...range, count: 11, group: null },
        { ...range, count: 12, group: 'odd' },
      ]);
      const [month] = await events().histogram(store, { bucket: 'month', timeZone: 'Europe/Berlin' });
      expect(month).toMatchObject({ from: '2026-02-28T23:00:00.000000Z', count: 72 });
      expect(await events().histogram(store, { bucket: 'hour', timeZone: 'Asia/Kolkata' })).toHaveLength(72);
      expect(await events().histogram(await made(small), days)).toEqual([]);
    });
  });

  describe('expiry', () => {
    it('removes what is before the instant with its former versions, and nothing at it', async () => {
      const store = await made(small);
      await append(events(), store, [event('old', '1', 0), event('moved', '1', 0), event('edge', '1', 10)]);
      await append(events(), store, [event('old', '2', 9), event('moved', '2', 11)]);
      expect(await events().retainedFrom(store)).toBeNull();
      const { lastSequence } = await events().statistics(store);
      expect(await events().isExpiryDue(store, instant(10))).toBe(true);
      expect(await events().expire(store, instant(10))).toEqual({ expired: 1, retainedFrom: instant(10) });
      expect(await events().isExpiryDue(store, instant(10))).toBe(false);
      expect(new Set((await contents(events(), store)).keys())).toEqual(new Set(['edge', 'moved']));
      expect(await events().getEvent(store, ['old'])).toBeUndefined();
      expect(await events().formerVersions(store, ['old'])).toEqual([]);
      expect(await events().formerVersions(store, ['moved'])).toEqual([]);
      expect(await events().statistics(store)).toMatchObject({
        eventCount: 2,
        retainedFrom: instant(10),
        expiredCount: 1,
        lastSequence,
      });
    });

    it('never moves back, may be repeated, and is known after reopening', async () => {
      const store = await made(small);
      await append(events(), store, [event('a', '1', 5), event('b', '1', 20)]);
      await events().expire(store, instant(10));
      expect(await events().expire(store, instant(3))).toEqual({ expired: 0, retainedFrom: instant(10) });
      expect(await events().isExpiryDue(store, instant(3))).toBe(false);
      await reopen();
      expect(await events().retainedFrom(store)).toBe(instant(10));
      expect(await events().expire(store, instant(10))).toEqual({ expired: 0, retainedFrom: instant(10) });
      expect(await append(events(), store, [event('a', '1', 15)])).toMatchObject({ accepted: 1 });
      expect((await events().statistics(store)).expiredCount).toBe(1);
      await events().dropStore(store.number);
      await events().createStore(store);
      expect(await events().retainedFrom(store)).toBeNull();
    });

    it('finds the event that so many others precede', async () => {
      const store = await made(small);
      await append(
        events(),
        store,
        [3, 1, 2, 9].map((minute) => event(String(minute), 'x', minute)),
      );
      expect(await events().timeAfterEvents(store, instant(9), 2)).toBe(instant(3));
      expect(await events().timeAfterEvents(store, instant(9), 3)).toBeUndefined();
    });
  });
}

/** What the store should do: a map of contents, and the versions that were replaced. */
class Model {
  readonly events = new Map<CanonicalValue, readonly CanonicalValue[]>();
  readonly former = new Map<CanonicalValue, (readonly CanonicalValue[])[]>();

  write(rows: readonly (readonly CanonicalValue[])[]): {
    accepted: number;
    duplicates: number;
    replaced: number;
  } {
    const counts = { accepted: 0, duplicates: 0, replaced: 0 };
    for (const row of rows) {
      const id = row[0]!;
      const held = this.events.get(id);
      if (held && JSON.stringify(held) === JSON.stringify(row)) counts.duplicates += 1;
      else if (held) {
        counts.replaced += 1;
        this.former.set(id, [...(this.former.get(id) ?? []), held]);
      } else counts.accepted += 1;
      this.events.set(id, row);
    }
    return counts;
  }
}

/** Canonical text of an unscaled integer. */
function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return unscaled < 0n ? `-${text}` : text;
}
