// Owns how a store's rows become events: the columns of a select as canonical text, and reading them.
import type { CanonicalValue, Column } from '../../definitions/types.ts';
import type { StoreTable, StoredEvent } from '../event-store-port.ts';
import type { Text } from './connection.ts';
import { canonicalSql } from './layout.ts';

/**
 * Text as the client will hand it on. Its decoder takes a byte order mark at the start of any text for none of
 * the text, so such a text gets one more.
 */
export const readableTextSql = (text: string): string =>
  `CASE WHEN starts_with(${text}, chr(65279)) THEN chr(65279) || ${text} ELSE ${text} END`;

/** A column as readable canonical text. */
export function readableSql(column: Column): string {
  const text = canonicalSql(column.column, column);
  return column.type === 'string' ? readableTextSql(text) : text;
}

/** SELECT list of what `toStoredEvent` reads. */
export function storedEventSql(store: StoreTable): string {
  const values = store.columns.map(readableSql);
  return ['seq', canonicalSql('t', { type: 'datetime' }), ...values].join(', ');
}

/** How many columns `storedEventSql` has. */
export const storedEventWidth = (store: StoreTable): number => store.columns.length + 2;

/** An event from the columns of `storedEventSql`; further ones are left out. */
export function toStoredEvent(store: StoreTable, row: readonly Text[]): StoredEvent {
  const [sequence, eventTime] = row;
  const values: CanonicalValue[] = row.slice(2, storedEventWidth(store));
  return { sequence: BigInt(sequence!), eventTime: eventTime!, values };
}
