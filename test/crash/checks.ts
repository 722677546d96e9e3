// What must hold after a crash, compared with what the clients know.
import { expect } from 'vitest';
import { sameEvent, sums } from './events.ts';
import type { CrashEvent } from './events.ts';
import type { Ledger } from './ledger.ts';
import { METERS } from './setup.ts';
import { eventPages, storedEvents, usage } from './weir.ts';
import type { Weir } from './weir.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Every acknowledged event is there once, with its last content; a request in doubt is there whole or not. */
export async function checkEvents(weir: Weir, ledgers: readonly Ledger[]): Promise<string[]> {
  const stored = await storedEvents(weir);
  const settled = ledgers.map((ledger) => ledger.settle(stored));
  const expected = new Map(ledgers.flatMap((ledger) => [...ledger.events]));
  const lost = [...expected.values()].filter((event) => !stored.has(event.id));
  const changed = [...expected.values()].filter(
    (event) => stored.has(event.id) && !sameEvent(stored.get(event.id), event),
  );
  const strange = [...stored.keys()].filter((id) => !expected.has(id));
  expect({ lost, changed, strange }).toEqual({ lost: [], changed: [], strange: [] });
  return settled;
}

interface Page<T> {
  readonly items: readonly T[];
}
interface RunState {
  readonly id: string;
  readonly status: string;
  readonly error: unknown;
  readonly result: Readonly<Record<string, number>>;
}

/** Waits until every run and backfill has ended, each of them completed, and every store is idle. */
export async function checkSettled(weir: Weir): Promise<void> {
  for (;;) {
    const { items: backfills } = await weir.get<Page<RunState>>(
      '/v1/event-stores/crash/backfills?limit=1000',
    );
    const { items: runs } = await weir.get<Page<RunState>>('/v1/runs?limit=1000');
    const unfinished = [
      ...backfills.filter(({ status }) => status === 'running' || status === 'reverting'),
      ...runs.filter(({ status }) => ['queued', 'running', 'stopping'].includes(status)),
    ];
    if (unfinished.length > 0) {
      await pause(10);
      continue;
    }
    const failed = [...runs, ...backfills].filter(
      ({ status }) => status === 'failed' || status === 'canceled',
    );
    expect(failed).toEqual([]);
    const { items: stores } = await weir.get<Page<{ status: object }>>('/v1/event-stores');
    for (const { status } of stores) expect(status).toMatchObject({ activity: 'idle', work: [] });
    return;
  }
}

/** Starts a run of each meter and waits for its end; gives the results. */
export async function replayAll(weir: Weir): Promise<Readonly<Record<string, number>>[]> {
  const started: RunState[] = [];
  for (const meter of METERS) {
    const body = { mode: 'replay', scope: { kind: 'all' } };
    started.push(await weir.post<RunState>(`/v1/meters/${encodeURIComponent(meter)}/runs`, body));
  }
  await checkSettled(weir);
  const ended = await Promise.all(started.map(({ id }) => weir.get<RunState>(`/v1/runs/${id}`)));
  return ended.map(({ result }) => result);
}

/** The figures of both meters are those that one gets from the events by adding them up elsewhere. */
export async function checkFigures(weir: Weir, ledgers: readonly Ledger[]): Promise<void> {
  const events: CrashEvent[] = ledgers.flatMap((ledger) => [...ledger.events.values()]);
  const records = (await usage(weir)).filter(({ state }) => state === 'current');
  const days = records.map((record): [string, string] => [
    `${record.accountNumber}|${record.startDateTime.slice(0, 10)}`,
    record.quantity,
  ]);
  expect(days.length).toBe(new Set(days.map(([key]) => key)).size);
  expect(new Map(days)).toEqual(sums(events, 'day'));
  const months = (await eventPages(weir, 'months')).map(({ fields }): [string, string] => [
    `${fields['account']}|${fields['month']?.slice(0, 7)}`,
    fields['units']!,
  ]);
  expect(new Map(months)).toEqual(sums(events, 'month'));
}

/** Nothing was applied twice: sequences and changes are numbered once, revisions without gaps. */
export async function checkNumbers(weir: Weir): Promise<void> {
  for (const store of ['crash', 'months']) {
    const sequences = (await eventPages(weir, store)).map(({ ingestSequence }) => ingestSequence);
    expect(new Set(sequences).size, store).toBe(sequences.length);
  }
  const revisions = await usage(weir, true);
  const changes = revisions.map(({ changeNumber }) => changeNumber);
  expect(changes).toEqual([...new Set(changes)].sort((left, right) => left - right));
  const last = new Map<string, number>();
  for (const { id, revision } of revisions) {
    expect(revision, id).toBe((last.get(id) ?? 0) + 1);
    last.set(id, revision);
  }
}
