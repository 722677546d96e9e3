// Until when changes of events matter no more, by example.
import { describe, expect, it } from 'vitest';
import { microsOf, textOf } from '../../src/pipeline/calendar.ts';
import { frozenUntil } from '../../src/pipeline/frozen.ts';
import type { Plan, PlanNode } from '../../src/pipeline/plan.ts';
import type { Window } from '../../src/pipeline/windows.ts';

const scan: PlanNode = {
  id: 's',
  node: 'scan',
  fields: [],
  storeId: 'es_1',
  store: { number: 1, columns: [], idFields: [] },
};
const sum = (id: string, input: string, window: Partial<Window>): PlanNode => ({
  id,
  node: 'aggregate',
  fields: [],
  inputs: [input],
  groupBy: [],
  window: { unit: 'month', count: 1, timeZone: 'UTC', ...window },
  calls: [],
  release: 'provisional',
  graceMicros: 0n,
});
const usage = (id: string, ...inputs: string[]): PlanNode => ({
  id,
  node: 'usage-records',
  fields: [],
  inputs,
  owner: 1,
  bindings: {
    quantity: { constant: '1' },
    accountNumber: { constant: 'a' },
    unitOfMeasure: { constant: 'u' },
  },
  custom: {},
  timeZone: 'UTC',
});
const until = (retainedFrom: string, ...nodes: PlanNode[]): string | undefined => {
  const plan: Plan = { meterId: 'mt_1', meterVersion: 1, nodes: [scan, ...nodes] };
  const found = frozenUntil(plan, microsOf(retainedFrom));
  return found === undefined ? undefined : textOf(found);
};

const CUT = '2026-02-15T00:00:00.000000Z';
const MARCH = '2026-03-01T00:00:00.000000Z';

describe('an event changes nothing that is not frozen', () => {
  it('before what is retained, where rows become records', () => {
    expect(until(CUT, usage('u', 's'))).toBe(CUT);
  });

  it('before the end of the window that is cut', () => {
    expect(until(CUT, sum('m', 's', {}), usage('u', 'm'))).toBe(MARCH);
    expect(until(MARCH, sum('m', 's', {}), usage('u', 'm'))).toBe(MARCH);
    const budapest = sum('m', 's', { timeZone: 'Europe/Budapest' });
    expect(until(CUT, budapest, usage('u', 'm'))).toBe('2026-02-28T23:00:00.000000Z');
  });

  it('by the last window on its way, and the shortest of several ways', () => {
    const [hours, months] = [sum('h', 's', { unit: 'hour' }), sum('m', 'h', {})];
    expect(until(CUT, hours, months, usage('u', 'm'))).toBe(MARCH);
    expect(until(CUT, hours, months, usage('u', 'm'), usage('v', 'h'))).toBe(CUT);
    expect(until(CUT, sum('m', 's', {}), usage('u', 'm'), usage('v', 's'))).toBe(CUT);
    expect(until(CUT, sum('m', 's', {}), usage('u', 'm', 's'))).toBe(CUT);
  });

  it('ever, where all of time is one window', () => {
    const all = sum('a', 's', { unit: 'all' });
    expect(until(CUT, all, usage('u', 'a'))).toBeUndefined();
    expect(until(CUT, all, usage('u', 'a'), sum('m', 's', {}), usage('v', 'm'))).toBe(MARCH);
  });
});
