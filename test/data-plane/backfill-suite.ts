// The promises of the backfill port, run against every adapter.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackfillChange, BackfillOutcome, BackfillPort } from '../../src/data-plane/backfill-port.ts';
import type { EventStorePort, StoreTable } from '../../src/data-plane/event-store-port.ts';
import type { CanonicalValue } from '../../src/definitions/types.ts';
import { BackfillModel, type ModelBackfill, type Version } from './backfill-model.ts';
import { allEvents, append, batches, contents, event, instant, small } from './events-fixture.ts';

export interface BackfillAdapter {
  readonly events: EventStorePort;
  /** With commits of at most so many changes. */
  backfills(rowsMax: number): BackfillPort;
  /** Rows of former versions, and of pinned ids. */
  kept(store: StoreTable): Promise<{ readonly former: number; readonly pins: number }>;
  /** Makes the next commit fail just before it is durable. */
  failNextCommit(): void;
  close(): Promise<void>;
}

const MANY = 1_000;

export function backfillSuite(open: () => Promise<BackfillAdapter>): void {
  let adapter: BackfillAdapter;
  let number = 0;
  const made = async (): Promise<StoreTable> => {
    number += 1;
    const store = small(number);
    await adapter.events.createStore(store);
    return store;
  };
  const holding = async (rows: readonly CanonicalValue[][]): Promise<StoreTable> => {
    const store = await made();
    await append(adapter.events, store, rows);
    return store;
  };
  const values = async (store: StoreTable): Promise<Record<string, CanonicalValue>> => {
    const held = await contents(adapter.events, store);
    return Object.fromEntries([...held].map(([id, row]) => [id, row[2] ?? null]));
  };
  const confirm = async (
    store: StoreTable,
    backfill: string,
    change: BackfillChange,
    rowsMax = MANY,
  ): Promise<BackfillOutcome> => toEnd(() => adapter.backfills(rowsMax).confirmStep(store, backfill, change));
  const revert = async (store: StoreTable, backfill: string, rowsMax = MANY): Promise<BackfillOutcome> =>
    toEnd(() => adapter.backfills(rowsMax).revertStep(store, backfill));
  const previewEvents = (
    store: StoreTable,
    backfill: string,
    change: 'insert' | 'correct',
    rows: readonly CanonicalValue[][],
  ) => adapter.backfills(MANY).previewEvents(store, backfill, change, batches(rows));
  const reopen = async (): Promise<void> => {
    await adapter.close();
    adapter = await open();
  };
  beforeAll(async () => {
    adapter = await open();
  });
  afterAll(() => adapter.close());

  describe('erasing a subject', () => {
    const change: BackfillChange = { change: 'erase', field: 'value', storeId: 'es', dependents: [] };
    const subject = { field: 'value', value: 'ann' };

    it('goes on where a commit failed, commit by commit, and changes nothing when it is repeated', async () => {
      const rows = Array.from({ length: 7 }, (_, n) => event(`e${n}`, n % 2 ? 'ann' : 'bob', n));
      const store = await holding(rows);
      await append(adapter.events, store, [event('e1', 'cleo', 1)]);
      expect(await adapter.backfills(1).previewErase(store, 'bf', subject)).toEqual({ events: 2, former: 1 });
      for (let step = 0; step < 3; step++) {
        adapter.failNextCommit();
        await expect(adapter.backfills(1).confirmStep(store, 'bf', change)).rejects.toThrow('died here');
        await adapter.backfills(1).confirmStep(store, 'bf', change);
      }
      await reopen();
      const outcome = await confirm(store, 'bf', change, 1);
      expect(outcome).toMatchObject({ done: true, replaced: 3, deleted: 0, skipped: 0 });
      expect(outcome.span).toBeUndefined();
      expect(await confirm(store, 'bf', change, 1)).toEqual(outcome);
      const held = { e0: 'bob', e1: 'cleo', e2: 'bob', e3: null, e4: 'bob', e5: null, e6: 'bob' };
      expect(await values(store)).toEqual(held);
      expect(
        (await adapter.events.formerVersions(store, ['e1'])).map((version) => version.values[2]),
      ).toEqual([null]);
      const again = await append(adapter.events, store, [event('e3', 'ann', 3), event('e1', 'dan', 1)]);
      expect(again).toMatchObject({ replaced: 1, rejected: [{ index: 0, code: 'EVENT_ERASED' }] });
      expect(await values(store)).toEqual({ ...held, e1: 'dan' });
    });

    it('replaces ids by markers that are found, also after another start', async () => {
      const store = await holding([event('ann', '1'), event('bob', '2')]);
      await append(adapter.events, store, [event('ann', '3')]);
      await adapter.backfills(MANY).previewErase(store, 'bf', { field: 'id', value: 'ann' });
      expect(await confirm(store, 'bf', { ...change, field: 'id' })).toMatchObject({ replaced: 2 });
      for (const again of [false, true]) {
        if (again) await reopen();
        expect(await values(store)).toEqual({ bob: '2', 'erased-1': null });
        expect(await adapter.events.getEvent(store, ['ann'])).toBeUndefined();
        expect(await adapter.events.getEvent(store, ['erased-1'])).toMatchObject({ sequence: 3n });
        expect(await adapter.events.formerVersions(store, ['erased-1'])).toHaveLength(1);
        expect(await append(adapter.events, store, [event('bob', '2')])).toMatchObject({ duplicates: 1 });
      }
      expect(await append(adapter.events, store, [event('ann', '1')])).toMatchObject({ accepted: 1 });
    });
  });

  describe('deleting by id', () => {
    it('deletes the previewed versions, leaves what changed since, and may be repeated', async () => {
      const store = await holding(['a', 'b', 'c', 'd'].map((id) => event(id, '1')));
      const ids = [['b'], ['nobody'], ['c'], ['b'], ['d']];
      expect(await adapter.backfills(MANY).previewIds(store, 'bf 1', ids)).toEqual({
        input: 5,
        unique: 4,
        matched: 3,
        notFound: [['nobody']],
      });
      const { lastSequence } = await append(adapter.events, store, [event('c', '2'), event('nobody', '1')]);
      const outcome = await confirm(store, 'bf 1', { change: 'delete' });
      expect(outcome).toEqual({
        done: true,
        deleted: 2,
        inserted: 0,
        replaced: 0,
        skipped: 1,
        skippedIds: [['c']],
        span: { after: lastSequence, upTo: lastSequence + 2n },
      });
      expect(await values(store)).toEqual({ a: '1', c: '2', nobody: '1' });
      const [deletion] = await adapter.events.formerVersions(store, ['d']);
      expect(deletion).toMatchObject({ change: 'delete', cause: 'bf 1', changeSequence: outcome.span!.upTo });
      expect(await adapter.events.getEvent(store, ['d'])).toBeUndefined();

      expect(await append(adapter.events, store, [event('d', '1')])).toMatchObject({ accepted: 1 });
      expect(await confirm(store, 'bf 1', { change: 'delete' })).toEqual(outcome);
      await reopen();
      expect(await confirm(store, 'bf 1', { change: 'delete' })).toEqual(outcome);
      expect(await values(store)).toEqual({ a: '1', c: '2', nobody: '1', d: '1' });
    });

    it('is undone where the id has not come again', async () => {
      const store = await holding([event('a', '1', 5), event('b', '1'), event('c', '1')]);
      await adapter.backfills(MANY).previewIds(store, 'bf', [['a'], ['b'], ['c']]);
      await confirm(store, 'bf', { change: 'delete' });
      expect((await adapter.kept(store)).pins).toBe(3);
      await append(adapter.events, store, [event('b', '2'), event('x', '1')]);
      const outcome = await revert(store, 'bf');
      expect(outcome).toMatchObject({ inserted: 2, deleted: 0, skipped: 1, skippedIds: [['b']] });
      expect(await revert(store, 'bf')).toEqual(outcome);
      expect(await contents(adapter.events, store)).toEqual(
        new Map([
          ['a', event('a', '1', 5)],
          ['b', event('b', '2')],
          ['c', event('c', '1')],
          ['x', event('x', '1')],
        ]),
      );
      expect((await adapter.kept(store)).pins).toBe(0);
      // What came back is known to later writes.
      expect(await append(adapter.events, store, [event('a', '1', 5)])).toMatchObject({ duplicates: 1 });
    });

    it('deletes nothing when nothing was found, and there is nothing to undo', async () => {
      const store = await holding([event('a', '1')]);
      expect(await adapter.backfills(MANY).previewIds(store, 'none', [['x']])).toMatchObject({ matched: 0 });
      const nothing = { done: true, deleted: 0, inserted: 0, replaced: 0, skipped: 0, skippedIds: [] };
      expect(await confirm(store, 'none', { change: 'delete' })).toEqual(nothing);
      expect(await revert(store, 'none')).toEqual(nothing);
    });
  });

  describe('inserting', () => {
    it('writes the ids that are not there, the last event of each, and nothing twice', async () => {
      const store = await holding([event('a', '1')]);
      const rows = [event('a', '9'), event('b', '1'), event('c', '1'), event('b', '2')];
      expect(await previewEvents(store, 'in', 'insert', rows)).toEqual({
        input: 4,
        unique: 3,
        matched: 1,
        unchanged: 0,
        notFound: [],
        found: [['a']],
      });
      expect(await values(store)).toEqual({ a: '1' });
      await append(adapter.events, store, [event('c', '7')]);
      const outcome = await confirm(store, 'in', { change: 'insert' });
      expect(outcome).toMatchObject({ inserted: 1, skipped: 1, skippedIds: [['c']] });
      expect(await values(store)).toEqual({ a: '1', b: '2', c: '7' });
      expect(await confirm(store, 'in', { change: 'insert' })).toEqual(outcome);
      expect(await append(adapter.events, store, [event('b', '2')])).toMatchObject({ duplicates: 1 });
      expect(await revert(store, 'in')).toMatchObject({ deleted: 1, skipped: 0 });
      expect(await values(store)).toEqual({ a: '1', c: '7' });
    });

    it('leaves on a revert what was changed since', async () => {
      const store = await made();
      await previewEvents(store, 'in', 'insert', [event('a', '1'), event('b', '1'), event('c', '1')]);
      await confirm(store, 'in', { change: 'insert' });
      await append(adapter.events, store, [event('b', '2')]);
      await adapter.backfills(MANY).previewIds(store, 'out', [['c']]);
      await confirm(store, 'out', { change: 'delete' });
      expect(await revert(store, 'in')).toMatchObject({
        deleted: 1,
        skipped: 2,
        skippedIds: expect.arrayContaining([['b'], ['c']]) as unknown,
      });
      expect(await values(store)).toEqual({ b: '2' });
    });
  });

  describe('correcting', () => {
    it('replaces the previewed versions, and gives them back', async () => {
      const store = await holding(['a', 'b', 'c', 'd'].map((id) => event(id, '1')));
      const rows = [event('a', '2', 9), event('b', '2'), event('c', '1'), event('x', '1')];
      expect(await previewEvents(store, 'fix', 'correct', rows)).toEqual({
        input: 4,
        unique: 4,
        matched: 3,
        unchanged: 1,
        notFound: [['x']],
        found: [],
      });
      await append(adapter.events, store, [event('b', '7')]);
      expect(await confirm(store, 'fix', { change: 'correct' })).toMatchObject({
        replaced: 1,
        inserted: 0,
        skipped: 1,
        skippedIds: [['b']],
      });
      expect(await values(store)).toEqual({ a: '2', b: '7', c: '1', d: '1' });
      expect((await adapter.kept(store)).pins).toBe(2);
      const [former] = await adapter.events.formerVersions(store, ['a']);
      expect(former).toMatchObject({ values: event('a', '1'), change: 'replace', cause: 'fix' });
      expect(await revert(store, 'fix')).toMatchObject({ replaced: 1, skipped: 0 });
      expect((await contents(adapter.events, store)).get('a')).toEqual(event('a', '1'));
      expect((await adapter.kept(store)).pins).toBe(0);
    });

    it('keeps nothing of a file that breaks off', async () => {
      const store = await holding([event('a', '1')]);
      async function* failing() {
        yield* batches([event('a', '2')]);
        throw new Error('the body broke off');
      }
      const preview = adapter.backfills(MANY).previewEvents(store, 'fix', 'correct', failing());
      await expect(preview).rejects.toThrow('the body broke off');
    });

    it('forgets a preview', async () => {
      const store = await holding([event('a', '1')]);
      await previewEvents(store, 'fix', 'correct', [event('a', '2')]);
      await adapter.backfills(MANY).forgetPreview(store, 'fix');
      await adapter.backfills(MANY).forgetPreview(store, 'fix');
      expect(await confirm(store, 'fix', { change: 'correct' })).toMatchObject({ replaced: 0, skipped: 0 });
      expect(await values(store)).toEqual({ a: '1' });
    });
  });

  describe('deleting by condition', () => {
    const condition = {
      range: { from: instant(2), to: instant(8) },
      filters: [{ field: 'value', value: 'x' }],
    };

    it('deletes what matched at the preview, in several commits, and undoes it in several', async () => {
      const rows = Array.from({ length: 20 }, (_, n) => event(String(n), n % 2 ? 'x' : 'y', n % 10));
      const store = await holding(rows);
      const { matched, upTo } = await adapter.backfills(2).previewMatching(store, condition);
      expect(matched).toBe(6);
      await append(adapter.events, store, [event('3', 'x', 4), event('new', 'x', 5)]);
      const change = { change: 'delete-matching', matching: { ...condition, upTo } } as const;
      expect(await confirm(store, 'range', change, 2)).toMatchObject({
        deleted: 5,
        skipped: 1,
        skippedIds: [['3']],
      });
      const left = await values(store);
      expect(Object.keys(left)).toHaveLength(16);
      expect(left).toMatchObject({ 3: 'x', new: 'x', 1: 'x', 9: 'x' });
      expect((await adapter.kept(store)).pins).toBe(0);
      await append(adapter.events, store, [event('5', 'z')]);
      expect(await revert(store, 'range', 2)).toMatchObject({ inserted: 4, skipped: 1, skippedIds: [['5']] });
      expect(Object.keys(await values(store))).toHaveLength(21);
    });

    it('empties a store, and fills it again as it was', async () => {
      const rows = Array.from({ length: 3_000 }, (_, n) => event(String(n), `v${n}`, n % 7));
      const store = await holding(rows);
      const before = await contents(adapter.events, store);
      const all = { range: {}, filters: [] };
      const { matched, upTo } = await adapter.backfills(MANY).previewMatching(store, all);
      expect(matched).toBe(3_000);
      const change = { change: 'delete-matching', matching: { ...all, upTo } } as const;
      expect(await confirm(store, 'truncate', change)).toMatchObject({ deleted: 3_000, skipped: 0 });
      expect(await allEvents(adapter.events, store)).toEqual([]);
      expect(await revert(store, 'truncate')).toMatchObject({ inserted: 3_000, skipped: 0 });
      expect(await contents(adapter.events, store)).toEqual(before);
    });

    it('goes on where it stopped, and counts nothing twice', async () => {
      const store = await holding(Array.from({ length: 10 }, (_, n) => event(String(n), 'x', 5)));
      const { upTo } = await adapter.backfills(3).previewMatching(store, condition);
      const change = { change: 'delete-matching', matching: { ...condition, upTo } } as const;
      expect(await adapter.backfills(3).confirmStep(store, 'r', change)).toMatchObject({
        done: false,
        deleted: 3,
      });
      adapter.failNextCommit();
      await expect(adapter.backfills(3).confirmStep(store, 'r', change)).rejects.toThrow('died here');
      expect(Object.keys(await values(store))).toHaveLength(7);
      await reopen();
      expect(await confirm(store, 'r', change, 3)).toMatchObject({ deleted: 10 });
      await adapter.backfills(4).revertStep(store, 'r');
      adapter.failNextCommit();
      await expect(adapter.backfills(4).revertStep(store, 'r')).rejects.toThrow('died here');
      await reopen();
      expect(await revert(store, 'r', 4)).toMatchObject({ inserted: 10, skipped: 0 });
      expect(Object.keys(await values(store))).toHaveLength(10);
    });
  });

  it('agrees with a plain model, whatever is written, backfilled and reverted in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 14 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, rowsMax) => {
          const store = await made();
          const play = new Play(adapter.events, adapter.backfills(rowsMax), store);
          for (const one of steps) {
            if (one.do === 'fail') adapter.failNextCommit();
            else await play.do(one);
          }
          const { model } = play;
          const expected = [...model.current].map(([id, version]) => [id, rowOf(id, version)] as const);
          expect(await contents(adapter.events, store)).toEqual(new Map(expected));
          expect(await adapter.kept(store)).toEqual({ former: model.former, pins: model.pins });
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
}

type Rows = readonly (readonly [string, Version])[];
type Step =
  | { readonly do: 'write'; readonly rows: Rows }
  | { readonly do: 'insert' | 'correct'; readonly rows: Rows }
  | { readonly do: 'delete'; readonly ids: readonly string[] }
  | { readonly do: 'range'; readonly value: string }
  | { readonly do: 'confirm' | 'revert'; readonly which: number };

const id = fc.integer({ min: 0, max: 7 }).map(String);
const version = fc.record({ value: fc.constantFrom('x', 'y', 'z'), minute: fc.integer({ min: 0, max: 3 }) });
const rows = fc.array(fc.tuple(id, version), { minLength: 1, maxLength: 6 });
const step: fc.Arbitrary<Step | { readonly do: 'fail' }> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), rows }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('insert' as const, 'correct' as const), rows }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('delete' as const), ids: fc.array(id, { maxLength: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('range' as const), value: fc.constantFrom('x', 'y') }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constantFrom('confirm' as const, 'revert' as const), which: fc.nat(9) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'fail' as const }) },
);

const rowOf = (id: string, { value, minute }: Version): CanonicalValue[] => event(id, value, minute);

/** Does every step to a store and to the model of it, and compares what each step says. */
class Play {
  readonly model = new BackfillModel();
  readonly #events: EventStorePort;
  readonly #port: BackfillPort;
  readonly #store: StoreTable;
  readonly #previewed: { name: string; plan: ModelBackfill; change: BackfillChange }[] = [];

  constructor(events: EventStorePort, port: BackfillPort, store: StoreTable) {
    this.#events = events;
    this.#port = port;
    this.#store = store;
  }

  async do(step: Step): Promise<void> {
    switch (step.do) {
      case 'write':
        for (const [id, written] of step.rows) {
          await append(this.#events, this.#store, [rowOf(id, written)]);
          this.model.write(id, written);
        }
        return;
      case 'delete':
      case 'insert':
      case 'correct':
      case 'range':
        return this.#preview(step);
      case 'confirm':
        return this.#confirm(step.which);
      case 'revert':
        return this.#revert(step.which);
    }
  }

  async #preview(step: Exclude<Step, { do: 'write' | 'confirm' | 'revert' }>): Promise<void> {
    const name = `bf ${this.#previewed.length}`;
    const [store, port] = [this.#store, this.#port];
    const doomed = (ids: readonly string[]) => new Map(ids.map((id) => [id, undefined]));
    if (step.do === 'delete') {
      await port.previewIds(
        store,
        name,
        step.ids.map((id) => [id]),
      );
      const plan = this.model.preview('delete', doomed(step.ids));
      this.#previewed.push({ name, plan, change: { change: 'delete' } });
    } else if (step.do === 'range') {
      const chosen = { range: {}, filters: [{ field: 'value', value: step.value }] };
      const { upTo } = await port.previewMatching(store, chosen);
      const ids = [...this.model.current].filter(([, { value }]) => value === step.value).map(([id]) => id);
      const plan = this.model.preview('delete-matching', doomed(ids));
      this.#previewed.push({
        name,
        plan,
        change: { change: 'delete-matching', matching: { ...chosen, upTo } },
      });
    } else {
      const given = step.rows.map(([id, written]) => rowOf(id, written));
      await port.previewEvents(store, name, step.do, batches(given));
      const plan = this.model.preview(step.do, new Map(step.rows));
      this.#previewed.push({ name, plan, change: { change: step.do } });
    }
  }

  async #confirm(which: number): Promise<void> {
    const chosen = this.#pick('previewed', which);
    if (!chosen) return;
    const { name, plan, change } = chosen;
    const outcome = await toEnd(() => again(() => this.#port.confirmStep(this.#store, name, change)));
    expect(outcome).toMatchObject(this.model.confirm(plan));
  }

  async #revert(which: number): Promise<void> {
    const chosen = this.#pick('completed', which);
    if (!chosen) return;
    const outcome = await toEnd(() => again(() => this.#port.revertStep(this.#store, chosen.name)));
    const { undone, skipped } = this.model.revert(chosen.plan);
    expect(outcome.deleted + outcome.inserted + outcome.replaced).toBe(undone);
    expect(outcome.skipped).toBe(skipped);
  }

  #pick(state: ModelBackfill['state'], which: number) {
    const found = this.#previewed.filter(({ plan }) => plan.state === state);
    return found[which % Math.max(1, found.length)];
  }
}

async function toEnd(step: () => Promise<BackfillOutcome>): Promise<BackfillOutcome> {
  for (;;) {
    const outcome = await step();
    if (outcome.done) return outcome;
  }
}

/** A commit that failed is done again, as the next start would. */
async function again<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Error && error.message === 'died here') return step();
    throw error;
  }
}
