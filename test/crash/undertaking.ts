// Backfills of the crash suite: one of every kind, what it does to what the clients know, and its way back.
import { expect } from 'vitest';
import { checkSettled } from './checks.ts';
import { YEARS, randomEvent } from './events.ts';
import type { CrashEvent } from './events.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import { Unanswered } from './weir.ts';
import type { Weir } from './weir.ts';

const BACKFILLS = '/v1/event-stores/crash/backfills';
const EVENTS_MAX = 40;
const KINDS = ['delete', 'correct', 'insert', 'delete-range', 'truncate'] as const;

/** A backfill that was previewed, and what its clients hold without it and with it. */
export interface Undertaking {
  readonly id: string;
  readonly kind: string;
  /** Notes in the ledgers that it was done, or undone. */
  readonly done: () => void;
  readonly undone: () => void;
}

/** Previews a backfill of a random kind. */
export async function undertake(
  weir: Weir,
  ledgers: readonly Ledger[],
  random: Random,
  kind: string = random.pick(KINDS),
): Promise<Undertaking> {
  const before = ledgers.map((ledger) => new Map(ledger.events));
  const { path, body, type, changes } = contentOf(kind, ledgers, random);
  const preview = await weir.post<{ id: string; counts: { notFound: number } }>(path, body, type);
  expect(preview).toMatchObject({ kind, status: 'previewed' });
  if (kind !== 'insert') expect(preview.counts.notFound).toBe(0);
  const after = before.map((events, at) => changes(events, at));
  const hold = (contents: readonly ReadonlyMap<string, CrashEvent>[]) => (): void =>
    ledgers.forEach((ledger, at) => ledger.hold(contents[at] ?? new Map()));
  return { id: preview.id, kind, done: hold(after), undone: hold(before) };
}

interface Content {
  readonly path: string;
  readonly body: string | object;
  readonly type: string;
  /** What a client holds afterwards. */
  readonly changes: (events: ReadonlyMap<string, CrashEvent>, at: number) => Map<string, CrashEvent>;
}

function contentOf(kind: string, ledgers: readonly Ledger[], random: Random): Content {
  const some = (ledger: Ledger): CrashEvent[] =>
    [...ledger.events.values()].filter(() => random.chance(0.3)).slice(0, 1 + random.below(EVENTS_MAX));
  switch (kind) {
    case 'delete': {
      const gone = new Set(ledgers.flatMap((ledger) => some(ledger).map(({ id }) => id)));
      return {
        path: `${BACKFILLS}?kind=delete`,
        body: ['id', ...gone, ''].join('\n'),
        type: 'text/csv',
        changes: (events) => without(events, ({ id }) => gone.has(id)),
      };
    }
    case 'correct': {
      const mended = ledgers.map((ledger) => some(ledger).map(({ id }) => randomEvent(random, id, 'mended')));
      return fromFile('correct', mended);
    }
    case 'insert': {
      const added = ledgers.map((ledger) =>
        Array.from({ length: 1 + random.below(EVENTS_MAX) }, () =>
          randomEvent(random, ledger.newId(), 'added'),
        ),
      );
      return fromFile('insert', added);
    }
    case 'delete-range': {
      const year = random.pick(YEARS);
      const [from, to] = [`${year}-01-01T00:00:00.000000Z`, `${Number(year) + 1}-01-01T00:00:00.000000Z`];
      const changes: Content['changes'] = (events) => without(events, ({ at }) => at >= from && at < to);
      return { path: BACKFILLS, body: { kind, from, to }, type: 'application/json', changes };
    }
    default:
      return { path: BACKFILLS, body: { kind }, type: 'application/json', changes: () => new Map() };
  }
}

function fromFile(kind: string, events: readonly (readonly CrashEvent[])[]): Content {
  return {
    path: `${BACKFILLS}?kind=${kind}`,
    body: events
      .flat()
      .map((event) => JSON.stringify(event))
      .join('\n'),
    type: 'application/x-ndjson',
    changes: (held, at) =>
      new Map([...held, ...(events[at] ?? []).map((event) => [event.id, event] as const)]),
  };
}

const without = (
  events: ReadonlyMap<string, CrashEvent>,
  isGone: (event: CrashEvent) => boolean,
): Map<string, CrashEvent> => new Map([...events].filter(([, event]) => !isGone(event)));

/** Asks for a step; a server that dies meanwhile may have taken it or not. */
export async function ask(weir: Weir, { id }: Undertaking, step: 'confirm' | 'revert'): Promise<void> {
  try {
    await weir.post(`/v1/backfills/${id}/${step}`, { reconcile: true });
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
  }
}

/** After a crash: a step that was taken goes on by itself, one that was lost is asked for again. */
export async function finish(weir: Weir, under: Undertaking, step: 'confirm' | 'revert'): Promise<void> {
  const path = `/v1/backfills/${under.id}`;
  await checkSettled(weir);
  const { status } = await weir.get<{ status: string }>(path);
  if (status === (step === 'confirm' ? 'previewed' : 'completed')) {
    await weir.post(`${path}/${step}`, { reconcile: true });
    await checkSettled(weir);
  }
  const ended =
    step === 'confirm'
      ? { status: 'completed', changedSincePreview: [] }
      : { status: 'reverted', conflicts: [] };
  expect(await weir.get(path), under.kind).toMatchObject(ended);
  if (step === 'confirm') under.done();
  else under.undone();
}
