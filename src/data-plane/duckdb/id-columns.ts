// Owns which columns of a store form the event id, and comparing them in SQL.
import type { Column } from '../../definitions/types.ts';
import type { StoreTable } from '../event-store-port.ts';

/** The id columns of a store, in the order of the definition. */
export function idColumnsOf(store: Pick<StoreTable, 'columns' | 'idFields'>): Column[] {
  return store.idFields.map((name) => {
    const column = store.columns.find((candidate) => candidate.name === name);
    if (!column) throw new RangeError(`the store has no id field ${name}`);
    return column;
  });
}

/** Condition that two relations hold the same event id: by hash, which is quick, then by value. */
export function sameIdSql(
  store: Pick<StoreTable, 'columns' | 'idFields'>,
  left: string,
  right: string,
): string {
  const values = idColumnsOf(store).map(
    ({ column }) => `${left}.${column} IS NOT DISTINCT FROM ${right}.${column}`,
  );
  return [`${left}.h = ${right}.h`, ...values].join(' AND ');
}
