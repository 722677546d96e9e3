import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreActivity } from '../../src/stores/activity.ts';
import type { StoreWork } from '../../src/stores/activity.ts';

const store = { id: 'es_1', name: 'usage' };
const work = (activity: StoreWork['activity'], kind: StoreWork['kind'], id: string): StoreWork => ({
  activity,
  kind,
  id,
});

describe('the activity of a store', () => {
  it('is what the work on it is, until the last of it ends', () => {
    const activity = new StoreActivity();
    expect(activity.of('es_1')).toBe('idle');
    const run = work('writing', 'run', 'rn_1');
    const ends = [activity.begin('es_1', run), activity.begin('es_1', run)];
    expect([activity.of('es_1'), activity.of('es_2')]).toEqual(['writing', 'idle']);
    expect(activity.workOn('es_1')).toEqual([run]);
    const endDelete = activity.begin('es_1', work('deleting', 'backfill', 'bf_1'));
    expect(activity.of('es_1')).toBe('deleting');
    endDelete();
    endDelete();
    ends[0]!();
    expect(activity.of('es_1')).toBe('writing');
    ends[1]!();
    activity.requireIdle(store);
    const again = activity.begin('es_1', work('deleting', 'backfill', 'bf_2'));
    ends[1]!();
    expect(activity.of('es_1')).toBe('deleting');
    again();
    expect(activity.of('es_1')).toBe('idle');
  });

  it('names what keeps it busy, deletions first', () => {
    const activity = new StoreActivity();
    activity.begin('es_1', work('writing', 'import', 'im_1'));
    activity.begin('es_1', work('deleting', 'backfill', 'bf_1'));
    expect(() => activity.requireIdle(store)).toThrow(
      expect.objectContaining({
        code: 'EVENT_STORE_BUSY',
        message:
          "The event store 'usage' is deleting (the backfill bf_1, the import im_1); try again when it is idle.",
      }),
    );
  });
});

describe('a property: the activity is true after any interleaving', () => {
  const step = fc.record({
    what: fc.constantFrom('begin', 'end', 'end', 'end again'),
    store: fc.constantFrom('es_1', 'es_2'),
    activity: fc.constantFrom('writing', 'deleting'),
    kind: fc.constantFrom('run', 'import', 'backfill'),
    id: fc.constantFrom('a', 'b'),
    pick: fc.nat(),
  });

  it('of beginnings and ends, each end once or twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const activity = new StoreActivity();
        // The model: what has begun and not ended, in order.
        let open: { store: string; work: StoreWork; end: () => void }[] = [];
        const ended: (() => void)[] = [];
        for (const { what, store: on, activity: kindOf, kind, id, pick } of steps) {
          if (what === 'begin') {
            const entry = work(kindOf, kind, id);
            open.push({ store: on, work: entry, end: activity.begin(on, entry) });
          } else if (what === 'end' && open.length > 0) {
            const [one] = open.splice(pick % open.length, 1);
            one!.end();
            ended.push(one!.end);
          } else if (ended.length > 0) ended[pick % ended.length]!();
          for (const id of ['es_1', 'es_2']) {
            const going = open.filter((one) => one.store === id).map((one) => one.work);
            const is = (wanted: string): boolean => going.some((one) => one.activity === wanted);
            const expected = is('deleting') ? 'deleting' : is('writing') ? 'writing' : 'idle';
            expect(activity.of(id)).toBe(expected);
            const texts = (works: readonly StoreWork[]) => new Set(works.map((one) => JSON.stringify(one)));
            expect(texts(activity.workOn(id))).toEqual(texts(going));
            expect(activity.workOn(id).length).toBe(texts(going).size);
          }
        }
        open.forEach(({ end }) => end());
        open = [];
        expect([activity.of('es_1'), activity.of('es_2')]).toEqual(['idle', 'idle']);
      }),
    );
  });
});
