// Owns the backfill port on DuckDB: which file does which promise, each step as one commit under the store's writer.
import { nowInstant } from '../../clock.ts';
import type { CanonicalValue } from '../../definitions/types.ts';
import type { DoorRow } from '../../definitions/rows.ts';
import type {
  BackfillChange,
  BackfillOutcome,
  BackfillPort,
  ErasePreview,
  EventCondition,
  EventsPreview,
  IdsPreview,
} from '../backfill-port.ts';
import type { FieldFilter, StoreTable } from '../event-store-port.ts';
import { deleteFound, deleteMatching, matchingSql } from './backfill-delete.ts';
import { BLANKED, eraseNext, previewErase } from './backfill-erase.ts';
import type { EraseChange } from './backfill-erase.ts';
import { previewIds } from './backfill-ids.ts';
import { writeLoadFile } from './backfill-load.ts';
import { revertChanges } from './backfill-revert.ts';
import { forgetStaged, previewEvents } from './backfill-staged.ts';
import { outcomeOf, readState } from './backfill-steps.ts';
import type { BackfillWork } from './backfill-steps.ts';
import { correctStaged, insertStaged } from './backfill-write.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import type { ChangeCause } from './end-versions.ts';
import { eventTable } from './layout.ts';
import { removeFile } from './scratch-files.ts';
import type { StoreWriters, WriterTicket } from './store-writers.ts';

/**
 * Changes of one commit. Nothing else is written to the store meanwhile, so that a larger one would keep those who
 * append waiting: 200,000 events of 10 columns take about half a second.
 */
const COMMIT_ROWS_MAX = 200_000;

type Writers = Pick<StoreWriters, 'withWriters' | 'relearn'>;
type Step = (connection: Connection, ticket: WriterTicket, cause: ChangeCause) => Promise<void>;

export class DuckDbBackfills implements BackfillPort {
  readonly #database: Database;
  readonly #writers: Writers;
  readonly #rowsMax: number;

  constructor(database: Database, writers: Writers, rowsMax = COMMIT_ROWS_MAX) {
    this.#database = database;
    this.#writers = writers;
    this.#rowsMax = rowsMax;
  }

  async previewIds(
    store: StoreTable,
    backfill: string,
    ids: readonly (readonly CanonicalValue[])[],
  ): Promise<IdsPreview> {
    const index = await this.#database.indexes.of(store.number);
    return this.#database.transaction((connection) => previewIds(connection, index, store, backfill, ids));
  }

  async previewEvents(
    store: StoreTable,
    backfill: string,
    change: 'insert' | 'correct',
    rows: AsyncIterable<readonly DoorRow[]>,
  ): Promise<EventsPreview> {
    const index = await this.#database.indexes.of(store.number);
    const file = await writeLoadFile(store, rows, this.#database.scratchDirectory);
    try {
      return await this.#database.transaction((connection) =>
        previewEvents(connection, index, store, backfill, change, file),
      );
    } finally {
      removeFile(file.path);
    }
  }

  previewMatching(store: StoreTable, condition: EventCondition): Promise<{ matched: number; upTo: bigint }> {
    return this.#database.withConnection((connection) =>
      connection.transaction(async () => {
        const [last] = await connection.lists(
          `SELECT next_seq - 1 FROM store_state WHERE store = ${store.number}`,
        );
        const upTo = BigInt(last?.[0] ?? 0);
        const [count] = await connection.lists(
          `SELECT count(*) FROM ${eventTable(store.number)} WHERE ${matchingSql(store, { ...condition, upTo })}`,
        );
        return { matched: Number(count?.[0]), upTo };
      }),
    );
  }

  previewErase(store: StoreTable, backfill: string, subject: FieldFilter): Promise<ErasePreview> {
    return this.#database.transaction((connection) => previewErase(connection, store, backfill, subject));
  }

  confirmStep(store: StoreTable, backfill: string, change: BackfillChange): Promise<BackfillOutcome> {
    const work: BackfillWork = { store, backfill, direction: 'confirm' };
    if (change.change === 'erase') return this.#erase(work, change);
    return this.#step(work, backfill, async (connection, ticket, cause) => {
      switch (change.change) {
        case 'delete':
          return deleteFound(connection, ticket, work, cause);
        case 'delete-matching':
          return deleteMatching(connection, ticket, work, change, cause, this.#rowsMax);
        case 'insert':
          return insertStaged(connection, ticket, work, this.#rowsMax);
        case 'correct':
          return correctStaged(connection, ticket, work, cause, this.#rowsMax);
      }
    });
  }

  revertStep(store: StoreTable, backfill: string): Promise<BackfillOutcome> {
    const work: BackfillWork = { store, backfill, direction: 'revert' };
    return this.#step(work, `${backfill} revert`, (connection, ticket, cause) =>
      revertChanges(connection, ticket, work, cause, this.#rowsMax),
    );
  }

  async forgetPreview(store: StoreTable, backfill: string): Promise<void> {
    await this.#database.transaction(async (connection) => {
      await forgetStaged(connection, store, backfill);
      await connection.run('DELETE FROM backfill_items WHERE store = $1 AND backfill = $2', [
        store.number,
        backfill,
      ]);
    });
  }

  /**
   * A commit of an erasure, in turn with those of runs: a slice that had read the events before they were blanked
   * would write records that nobody froze.
   */
  async #erase(work: BackfillWork, change: EraseChange): Promise<BackfillOutcome> {
    const state = await this.#database.withConnection((connection) => readState(connection, work));
    if (state.position === BLANKED && !state.done) await this.#writers.relearn(work.store.number);
    const outcome = await this.#database.outputs.take(() =>
      this.#step(work, work.backfill, (connection, ticket) =>
        eraseNext(connection, ticket, work, change, this.#rowsMax),
      ),
    );
    // The log of the file holds what was erased until it is written into the file.
    if (outcome.done) await this.#database.checkpoint();
    return outcome;
  }

  /** One commit, unless everything is done already. */
  #step(work: BackfillWork, cause: string, step: Step): Promise<BackfillOutcome> {
    return this.#writers.withWriters([work.store], async (connection, tickets) => {
      const ticket = tickets.get(work.store.number);
      if (!ticket) throw new Error('the writer of the store is not held');
      const { done } = await readState(connection, work);
      if (!done) await step(connection, ticket, { cause, at: nowInstant() });
      return outcomeOf(connection, work);
    });
  }
}
