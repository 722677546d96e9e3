import { expect, it } from 'vitest';
import { StoreActivity } from '../../src/stores/activity.ts';

it('is what the work on a store is, until the last of it ends', () => {
  const activity = new StoreActivity();
  const store = { id: 'es_1', name: 'usage' };
  expect(activity.of('es_1')).toBe('idle');
  const ends = [activity.begin('es_1', 'writing'), activity.begin('es_1', 'writing')];
  expect([activity.of('es_1'), activity.of('es_2')]).toEqual(['writing', 'idle']);
  const endDelete = activity.begin('es_1', 'deleting');
  expect(activity.of('es_1')).toBe('deleting');
  endDelete();
  endDelete();
  ends[0]!();
  expect(() => activity.requireIdle(store)).toThrow(
    expect.objectContaining({
      code: 'EVENT_STORE_BUSY',
      message: expect.stringContaining("'usage' is writing"),
    }),
  );
  ends[1]!();
  activity.requireIdle(store);
  const again = activity.begin('es_1', 'deleting');
  ends[1]!();
  expect(activity.of('es_1')).toBe('deleting');
  again();
  expect(activity.of('es_1')).toBe('idle');
});
