// Owns what a write does to ids that are there already, or come twice in one commit: the one place where
// duplicates, replacements and rejections are decided, by set, in the order of arrival.
import type { StoreTable } from '../event-store-port.ts';
import type { Connection } from './connection.ts';
import { erasedSql } from './erased.ts';
import { idColumnsOf, sameIdSql } from './id-columns.ts';
import { eventTable, formerTable } from './layout.ts';
import { loadedRowsSql } from './load/index.ts';

/** The rows of one commit: their load file, the sequence of the first, the events they are compared with. */
export interface Load {
  readonly store: StoreTable;
  readonly file: string;
  readonly base: bigint;
  /** SQL set of the sequences of events that may have the id of a row; may read the table GROUP. */
  readonly stored: string;
  /** Whether an id may come more than once in the load. */
  readonly repeated: boolean;
}

/** What was decided about a load, by number of rows. Rows that nothing had to be decided about are new. */
export interface Decisions {
  readonly duplicates: number;
  /** Rows that were decided about and change the store. */
  readonly effective: number;
  readonly rejected: number;
}

/** `rejected`: another owner wrote the event; `erased`: it was erased, and would come back. */
export type Outcome = 'accepted' | 'duplicate' | 'replaced' | 'rejected' | 'erased';

/** Temporary tables of one connection. */
export const GROUP = 'weir_group';
const STORED = 'weir_stored';
const DECIDED = 'weir_decided';
const EFFECTIVE = 'weir_effective';

const columnNames = (store: StoreTable): string[] => store.columns.map(({ column }) => column);
const list = (names: readonly string[], qualifier = ''): string =>
  names.map((name) => qualifier + name).join(', ');

/** SELECT of a load's rows as they go into the store: seq, h, and the columns. */
export function arrivingRowsSql(load: Load): string {
  const { columns } = load.store;
  return `SELECT ${load.base} + ord AS seq, * EXCLUDE ord FROM (${loadedRowsSql(columns)})`;
}

/** Writes a load of which every id is new. */
export async function insertNew(connection: Connection, load: Load): Promise<void> {
  const columns = ['seq', 'h', ...columnNames(load.store)];
  await connection.run(
    `INSERT INTO ${eventTable(load.store.number)} (${list(columns)}) ${arrivingRowsSql(load)}`,
    [load.file],
  );
}

/** Decides every row of a load; `applyDecisions` then writes what is to be written. */
export async function decide(connection: Connection, load: Load): Promise<Decisions> {
  const { store } = load;
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${GROUP} AS ${arrivingRowsSql(load)}`, [load.file]);
  const columns = list(['seq', 'h', 'owner', 'sf', 'st', ...columnNames(store)]);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${STORED} AS SELECT ${columns}, seq IN ${erasedSql(store.number)} AS erased
      FROM ${eventTable(store.number)} WHERE seq IN ${load.stored}`,
  );
  const decided = load.repeated ? decidedInTurnSql(store) : decidedAtOnceSql(store);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${DECIDED} AS ${decided}`);
  const [row] = await connection.lists(
    `SELECT count(*) FILTER (outcome = 'duplicate'), count(*) FILTER (outcome IN ('accepted', 'replaced')),
      count(*) FILTER (outcome IN ('rejected', 'erased')) FROM ${DECIDED}`,
  );
  const [duplicates, effective, rejected] = row!.map(Number);
  return { duplicates: duplicates!, effective: effective!, rejected: rejected! };
}

/**
 * Every id comes once: each row is compared with the event that is stored, column by column, which takes a third
 * of the time of deciding in turn.
 */
function decidedAtOnceSql(store: StoreTable): string {
  const same = columnNames(store).map((name) => `g.${name} IS NOT DISTINCT FROM s.${name}`);
  return `SELECT g.seq, s.seq AS stored_seq, CASE WHEN ${same.join(' AND ')} THEN 'duplicate'
      WHEN s.erased THEN 'erased' WHEN s.owner IS NULL THEN 'replaced' ELSE 'rejected' END AS outcome
    FROM ${GROUP} AS g JOIN ${STORED} AS s ON ${sameIdSql(store, 'g', 's')}`;
}

/**
 * The content before a row is that of the row with the same id that arrived before it, whatever became of that
 * one: a duplicate has the content it was compared with. Only against an event of another owner, or one that was
 * erased, that does not hold, because rejected rows leave it as it was; there every row is compared with the event
 * itself.
 */
function decidedInTurnSql(store: StoreTable): string {
  const names = columnNames(store);
  return `SELECT seq, stored_seq, CASE
      WHEN erased OR owned_by_other THEN CASE WHEN same_as_stored THEN 'duplicate' WHEN erased THEN 'erased' ELSE 'rejected' END
      WHEN previous IS NOT NULL THEN CASE WHEN same_as_previous THEN 'duplicate' ELSE 'replaced' END
      WHEN stored_seq IS NULL THEN 'accepted'
      WHEN same_as_stored THEN 'duplicate' ELSE 'replaced' END AS outcome
    FROM (SELECT g.seq, s.seq AS stored_seq, s.owner IS NOT NULL AS owned_by_other, s.erased,
        row(${list(names, 'g.')}) IS NOT DISTINCT FROM row(${list(names, 's.')}) AS same_as_stored,
        lag(g.seq) OVER arrival AS previous,
        row(${list(names, 'g.')}) IS NOT DISTINCT FROM lag(row(${list(names, 'g.')})) OVER arrival AS same_as_previous
      FROM ${GROUP} AS g LEFT JOIN ${STORED} AS s ON ${sameIdSql(store, 'g', 's')}
      WHERE g.h IN (SELECT h FROM ${STORED} UNION SELECT h FROM ${GROUP} GROUP BY h HAVING count(*) > 1)
      WINDOW arrival AS (PARTITION BY ${idOf(store)} ORDER BY g.seq))`;
}

/** What tells the events of a load apart. */
const idOf = (store: StoreTable): string =>
  list(['h', ...idColumnsOf(store).map(({ column }) => column)], 'g.');

/**
 * Writes a decided load in the caller's transaction: the last row of each id becomes the event, the rows before
 * it and the event that was stored become former versions, ended by the row that replaced them.
 */
export async function applyDecisions(
  connection: Connection,
  store: StoreTable,
  cause: string,
  at: string,
): Promise<void> {
  const events = eventTable(store.number);
  const hidden = ['seq', 'h', 'owner', 'sf', 'st'];
  const names = columnNames(store);
  const former = `INSERT INTO ${formerTable(store.number)}
    (${list([...hidden, ...names])}, change_seq, change, cause, changed_at)`;
  const change = `'replace', $1, CAST($2 AS TIMESTAMP)`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${EFFECTIVE} AS
      SELECT seq, d.stored_seq, lead(seq) OVER arrival AS next_seq, row_number() OVER arrival AS nth
      FROM ${DECIDED} AS d JOIN ${GROUP} AS g USING (seq) WHERE d.outcome IN ('accepted', 'replaced')
      WINDOW arrival AS (PARTITION BY ${idOf(store)} ORDER BY seq)`,
  );
  await connection.run(
    `${former} SELECT ${list([...hidden, ...names], 's.')}, e.seq, ${change}
      FROM ${STORED} AS s JOIN ${EFFECTIVE} AS e ON e.stored_seq = s.seq AND e.nth = 1`,
    [cause, at],
  );
  await connection.run(
    `DELETE FROM ${events} WHERE seq IN (SELECT stored_seq FROM ${EFFECTIVE} WHERE nth = 1 AND stored_seq IS NOT NULL)`,
  );
  await connection.run(
    `${former} SELECT seq, g.h, NULL, NULL, NULL, ${list(names, 'g.')}, e.next_seq, ${change}
      FROM ${EFFECTIVE} AS e JOIN ${GROUP} AS g USING (seq) WHERE e.next_seq IS NOT NULL`,
    [cause, at],
  );
  const written = list(['seq', 'h', ...names]);
  await connection.run(
    `INSERT INTO ${events} (${written}) SELECT ${written} FROM ${GROUP} WHERE seq NOT IN (
      SELECT seq FROM ${DECIDED} EXCEPT SELECT seq FROM ${EFFECTIVE} WHERE next_seq IS NULL) ORDER BY seq`,
  );
}

/** The rows of a decided load that were not simply accepted: sequence and outcome, in order. */
export async function* exceptions(connection: Connection): AsyncGenerator<readonly [bigint, Outcome]> {
  const sql = `SELECT seq, outcome FROM ${DECIDED} WHERE outcome <> 'accepted' ORDER BY seq`;
  for await (const [sequences, outcomes] of connection.chunks(sql)) {
    for (const [index, sequence] of sequences!.entries()) {
      yield [sequence as bigint, outcomes![index] as Outcome];
    }
  }
}
