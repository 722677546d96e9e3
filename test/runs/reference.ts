// A slow, plain evaluator of the meters in agreement.test.ts: loops, big.js and Temporal, nothing shared with
// the product.
import { Big } from 'big.js';
import { Temporal } from 'temporal-polyfill';

export interface TestEvent {
  readonly id: string;
  /** RFC 3339 with six fraction digits. */
  readonly at: string;
  readonly account: string;
  readonly region: string | null;
  readonly units: string | null;
}

/** [account, start, end, quantity, note] of one usage record. */
export type Expected = readonly [string, string | null, string | null, string, string?];

const instantText = (zoned: Temporal.ZonedDateTime): string => {
  const iso = zoned.toInstant().toString({ fractionalSecondDigits: 6 });
  return iso;
};

/** Start and end of the day, month or hour that holds an instant, in a zone. */
function windowOf(at: string, unit: 'hour' | 'day' | 'month', zone: string): [string, string] {
  const zoned = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const midnight = zoned.startOfDay();
  if (unit === 'hour') {
    const hours = Math.floor(zoned.since(midnight, { largestUnit: 'hour' }).hours);
    const start = midnight.add({ hours });
    return [instantText(start), instantText(start.add({ hours: 1 }))];
  }
  const start = unit === 'day' ? midnight : midnight.with({ day: 1 }).startOfDay();
  return [
    instantText(start),
    instantText(start.add(unit === 'day' ? { days: 1 } : { months: 1 }).startOfDay()),
  ];
}

type Pick = (events: readonly TestEvent[], start: string, end: string) => string | null;

function perWindow(
  events: Iterable<TestEvent>,
  unit: 'hour' | 'day' | 'month',
  zone: string,
  quantity: Pick,
): Expected[] {
  const groups = new Map<string, { key: [string, string, string]; events: TestEvent[] }>();
  for (const event of events) {
    const [start, end] = windowOf(event.at, unit, zone);
    const name = JSON.stringify([event.account, start]);
    const group = groups.get(name) ?? { key: [event.account, start, end], events: [] };
    groups.set(name, group);
    group.events.push(event);
  }
  return [...groups.values()].flatMap(({ key: [account, start, end], events: members }) => {
    const value = quantity(members, start, end);
    return value === null ? [] : [[account, start, end, value] as const];
  });
}

const values = (events: readonly TestEvent[]): Big[] =>
  events.flatMap(({ units }) => (units === null ? [] : [new Big(units)]));
const sum: Pick = (events) =>
  values(events)
    .reduce((total, value) => total.plus(value), new Big(0))
    .toFixed();
const most: Pick = (events) => {
  const all = values(events);
  return all.length === 0 ? null : all.reduce((a, b) => (b.gt(a) ? b : a)).toFixed();
};
/** 18 decimals, half-even. */
function quotient(numerator: Big, denominator: Big): string {
  const precise = Big();
  precise.DP = 18;
  precise.RM = 2;
  return precise(numerator.toFixed()).div(denominator.toFixed()).toFixed();
}

const mean: Pick = (events) => {
  const all = values(events);
  const total = all.reduce((sum, value) => sum.plus(value), new Big(0));
  return all.length === 0 ? null : quotient(total, new Big(all.length));
};

const micros = (at: string): Big => new Big(Temporal.Instant.from(at).epochNanoseconds.toString()).div(1_000);
/** Each value is a level from its event to the end of the window. */
const level: Pick = (events, start, end) => {
  const weighted = events
    .filter(({ units }) => units !== null)
    .map(({ units, at }) => new Big(units ?? 0).times(micros(end).minus(micros(at))));
  const total = weighted.reduce((sum, value) => sum.plus(value), new Big(0));
  return quotient(total, micros(end).minus(micros(start)));
};
const regions: Pick = (events) =>
  String(new Set(events.flatMap(({ region }) => (region === null ? [] : [region]))).size);

/** What each meter of agreement.test.ts must hold, by its name. */
export const reference: Readonly<Record<string, (events: readonly TestEvent[]) => Expected[]>> = {
  'month sum': (events) => perWindow(events, 'month', 'Europe/Budapest', sum),
  'hour count': (events) => perWindow(events, 'hour', 'America/New_York', (group) => String(group.length)),
  'day mean': (events) =>
    perWindow(
      events.filter(({ region }) => region === 'eu'),
      'day',
      'UTC',
      mean,
    ),
  'day level': (events) => perWindow(events, 'day', 'Europe/Budapest', level),
  'month regions': (events) => perWindow(events, 'month', 'UTC', regions),
  'day most': (events) => perWindow(events, 'day', 'Asia/Kathmandu', most),
  'both regions': (events) =>
    perWindow(
      events.filter(({ region }) => region === 'eu' || region === 'us'),
      'day',
      'UTC',
      sum,
    ),
  'sum of sums': (events) => perWindow(events, 'day', 'UTC', sum),
  direct: (events) =>
    events.flatMap(({ account, at, units, id }) =>
      units === null ? [] : [[account, at, at, new Big(units).toFixed(), id] as const],
    ),
};
