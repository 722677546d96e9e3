// What the address says after the question mark: parsed once, unknown or ill-formed members left out.

type Raw = Record<string, unknown>;

const text = (raw: Raw, name: string): string | undefined => {
  const value = raw[name];
  // The router reads `?account=42` as a number: it is text here.
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const oneOf = <T extends string>(raw: Raw, name: string, known: readonly T[]): T | undefined =>
  known.find((value) => value === raw[name]);

/** Drops members that are undefined, so that they do not show in the address. */
type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const present = <T extends object>(members: T): Present<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;

export const STORE_TABS = ['events', 'query', 'fields', 'meters', 'backfills', 'audit'] as const;
export type StoreTab = (typeof STORE_TABS)[number];

export const storeSearch = (raw: Raw) =>
  present({
    tab: oneOf(raw, 'tab', STORE_TABS),
    from: text(raw, 'from'),
    to: text(raw, 'to'),
    bucket: oneOf(raw, 'bucket', ['minute', 'hour', 'day', 'month'] as const),
    groupBy: text(raw, 'groupBy'),
    filters: textMap(raw['filters']),
    event: text(raw, 'event'),
    backfill: text(raw, 'backfill'),
  });
export type StoreSearch = ReturnType<typeof storeSearch>;

export const usageSearch = (raw: Raw) =>
  present({
    meter: text(raw, 'meter'),
    account: text(raw, 'account'),
    from: text(raw, 'from'),
    to: text(raw, 'to'),
    state: oneOf(raw, 'state', ['current', 'retracted'] as const),
    record: text(raw, 'record'),
  });
export type UsageSearch = ReturnType<typeof usageSearch>;

export const runsSearch = (raw: Raw) => present({ meter: text(raw, 'meter') });

export const auditSearch = (raw: Raw) =>
  present({
    resource: text(raw, 'resource'),
    actor: text(raw, 'actor'),
    collection: text(raw, 'collection'),
    action: oneOf(raw, 'action', ['create', 'update', 'delete'] as const),
  });

function textMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
