// Owns the pipeline port on DuckDB. Commits run one at a time, so that change
// numbers rise as they are published; temporary tables live and die with the connection of one piece of work.
import type { Plan, StoreTargetNode } from '../../../pipeline/plan.ts';
import { textOf } from '../../../pipeline/calendar.ts';
import { growScope } from '../../../pipeline/scope.ts';
import type { EventSelection } from '../../backfill-port.ts';
import type {
  ChangeSpan,
  Changes,
  CommitContext,
  LineageEvent,
  MicrosRange,
  Outline,
  PipelinePort,
  PreviewRow,
  RejectedRow,
  SliceResult,
  TraceNode,
} from '../../pipeline-port.ts';
import type { Connection, Text } from '../connection.ts';
import type { Database } from '../database.ts';
import { canonicalSql, eventTable } from '../layout.ts';
import type { StoreWriters } from '../store-writers.ts';
import {
  coverAsOf,
  coverChanges,
  coveredAsOf,
  forgetCoverage,
  scannedStores,
  uncoveredSpan,
} from './coverage.ts';
import { isTarget, retryingCarefully } from './evaluate.ts';
import { eventsBehind, traceEvent } from './lineage.ts';
import { readPreview } from './preview.ts';
import { isStale, refuseErasedLineage, refuseFrozenLineage, retainedFrom } from './frozen.ts';
import { expireRejected, keepRejectedInput } from './rejected.ts';
import { currentRows } from './relation.ts';
import { applyDifference, DIFFERENCE } from './reconcile-usage.ts';
import type { Extent, SliceWork, Tickets } from './slice.ts';
import { applySlice, checkpoint, previewExtent, sliceExtent, touchedExtent } from './slice.ts';
import { withinSql } from './statement.ts';
import { countAffected } from './affected.ts';
import { changedRows, findTouched, touchedRange, touchedRows } from './touched.ts';
import { PIPELINE_TABLES } from './usage-tables.ts';
import { USAGE_CONTENT } from './usage-target-sql.ts';

export interface PipelineOptions {
  readonly database: Pick<Database, 'withConnection' | 'noteWrite' | 'outputs'>;
  /** Takes turns with those who append to the stores that meters write into. */
  readonly writers: Pick<StoreWriters, 'withWriters'>;
  /** Microseconds since the epoch. */
  readonly now: () => bigint;
}

type Commit = (connection: Connection, tickets: Tickets, careful: boolean) => Promise<SliceResult>;

export class DuckdbPipeline implements PipelinePort {
  #running: { readonly run: string; readonly connection: Connection } | undefined;
  readonly #options: PipelineOptions;

  private constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Makes the tables that are missing. */
  static async open(options: PipelineOptions): Promise<DuckdbPipeline> {
    await options.database.withConnection(async (connection) => {
      for (const statement of PIPELINE_TABLES) await connection.run(statement);
    });
    return new DuckdbPipeline(options);
  }

  async outline(plan: Plan, range: MicrosRange): Promise<Outline> {
    const times = scannedStores(plan).map(
      (scan) => `SELECT t FROM ${currentRows(scan, withinSql('t', range))}`,
    );
    const owners = plan.nodes.filter(isTarget).map((node) => node.owner);
    return this.#read(async (connection) => {
      const days = await connection.rows(
        `SELECT epoch_us(date_trunc('day', t)) AS day, count(*) AS load FROM (${times.join(' UNION ALL ')}) GROUP BY 1 ORDER BY 1`,
      );
      const held = await connection.rows(
        `SELECT DISTINCT epoch_us(sf) AS low, epoch_us(st) AS high FROM (${heldSpans(plan, owners)}) WHERE sf < st`,
      );
      return {
        days: days.map((row) => ({ day: BigInt(String(row['day'])), rows: Number(row['load']) })),
        held: held.map((row) => ({ from: BigInt(String(row['low'])), to: BigInt(String(row['high'])) })),
      };
    });
  }

  async storeSlices(run: string, slices: readonly MicrosRange[]): Promise<readonly MicrosRange[]> {
    return this.#exclusive((connection) =>
      connection.transaction(async () => {
        const known = await readSlices(connection, run);
        if (known.length > 0) return known;
        const bound = (value: bigint | undefined): string => (value === undefined ? 'NULL' : String(value));
        const rows = slices.map(({ from, to }, index) => `($1, ${index}, ${bound(from)}, ${bound(to)})`);
        if (rows.length > 0) await connection.run(`INSERT INTO run_slices VALUES ${rows.join(', ')}`, [run]);
        return slices;
      }),
    );
  }

  async committedSlices(run: string): Promise<ReadonlyMap<number, SliceResult>> {
    const rows = await this.#read((connection) =>
      connection.rows('SELECT slice, result FROM slice_results WHERE run = $1 ORDER BY slice', [run]),
    );
    return new Map(
      rows.map((row) => [Number(row['slice']), JSON.parse(String(row['result'])) as SliceResult]),
    );
  }

  commitSlice(plan: Plan, context: CommitContext, index: number, range: MicrosRange): Promise<SliceResult> {
    return this.#commit(plan, context, index, async (connection, tickets, careful) => {
      const work = this.#work(plan, context, index, sliceExtent(range), tickets, careful);
      const result = await applySlice(connection, work);
      await checkpoint(connection, work, result, range);
      return result;
    });
  }

  commitTouched(plan: Plan, context: CommitContext, index: number, changes: Changes): Promise<SliceResult> {
    return this.#commit(plan, context, index, async (connection, tickets, careful) => {
      const changed = changedRows(changes.spans);
      await findTouched(connection, plan, changed);
      const range = await touchedRange(connection, plan);
      const extent = touchedExtent(touchedRows(plan, changed, range), currentOf(changes.spans), range);
      const work = this.#work(plan, context, index, extent, tickets, careful);
      const result = await applySlice(connection, work);
      await coverChanges(connection, plan, changes);
      await checkpoint(connection, work, result);
      return result;
    });
  }

  async touchedDays(plan: Plan, changes: readonly ChangeSpan[]): Promise<readonly bigint[]> {
    const from = changedRows(changes);
    const rows = scannedStores(plan).map((scan) => `SELECT t FROM ${from(scan)}`);
    const days = await this.#read((connection) =>
      connection.rows(
        `SELECT DISTINCT epoch_us(date_trunc('day', t)) AS day FROM (${rows.join(' UNION ALL ')}) ORDER BY 1`,
      ),
    );
    return days.map((row) => BigInt(String(row['day'])));
  }

  /** Marks a run of touched ranges as having covered its changes, where ranges were evaluated one by one. */
  async coverChanges(plan: Plan, changes: Changes): Promise<void> {
    await this.#exclusive((connection) =>
      connection.transaction(() => coverChanges(connection, plan, changes)),
    );
  }

  coveredAsOf(plan: Plan): Promise<bigint | undefined> {
    return this.#read((connection) => coveredAsOf(connection, plan));
  }

  async coverAsOf(plan: Plan, asOf: bigint): Promise<void> {
    await this.#exclusive((connection) => coverAsOf(connection, plan, asOf));
  }

  previewSlice(plan: Plan, context: CommitContext, index: number, range: MicrosRange): Promise<SliceResult> {
    return this.#commit(plan, context, index, async (connection, tickets, careful) => {
      const work = this.#work(plan, context, index, sliceExtent(range), tickets, careful);
      const result = await previewExtent(connection, work);
      await checkpoint(connection, work, result);
      return result;
    });
  }

  preview(run: string, limit: number, after?: readonly [string, string]): Promise<readonly PreviewRow[]> {
    return this.#read((connection) => readPreview(connection, run, limit, after));
  }

  uncovered(plan: Plan): Promise<readonly ChangeSpan[]> {
    return this.#read(async (connection) => {
      const spans: ChangeSpan[] = [];
      for (const scan of scannedStores(plan)) {
        const span = await uncoveredSpan(connection, plan, scan);
        if (span) spans.push(span);
      }
      return spans;
    });
  }

  isStale(plan: Plan): Promise<boolean> {
    return this.#read((connection) => isStale(connection, plan));
  }

  async retainedFrom(plan: Plan): Promise<string | null> {
    const retained = await this.#read((connection) => retainedFrom(connection, plan));
    return retained === undefined ? null : textOf(retained);
  }

  async expireRejected(meterId: string, before: string): Promise<void> {
    await this.#exclusive((connection) => expireRejected(connection, meterId, before));
  }

  affectedRecords(plan: Plan, storeId: string, events: EventSelection): Promise<number> {
    return this.#read((connection) => countAffected(connection, plan, storeId, events));
  }

  async keepRejectedInput(
    meterId: string,
    run: string,
    node: string,
    rows: readonly { readonly code: string; readonly message: string; readonly input: string }[],
  ): Promise<void> {
    await this.#exclusive((connection) =>
      connection.transaction(() => keepRejectedInput(connection, { meterId, run, node }, rows)),
    );
  }

  async rejected(run: string, limit: number, after = 0): Promise<readonly RejectedRow[]> {
    const rows = await this.#read((connection) =>
      connection.rows(
        `SELECT position, run, node, code, message, input, ${canonicalSql('t', { type: 'datetime' })} AS t FROM rejected_rows
         WHERE run = $1 AND position > ${BigInt(after)} ORDER BY position LIMIT ${limit}`,
        [run],
      ),
    );
    return rows.map((row) => ({
      position: Number(row['position']),
      run: String(row['run']),
      node: String(row['node']),
      code: String(row['code']),
      message: row['message'] ?? null,
      input: JSON.parse(String(row['input'])) as Record<string, string | null>,
      eventTime: row['t'] ?? null,
    }));
  }

  lineage(plan: Plan, record: string, limit: number, after?: LineageEvent): Promise<readonly LineageEvent[]> {
    return this.#read(async (connection) => {
      const [row] = await connection.rows(
        `SELECT owner, ukey, epoch_us(sf) AS low, epoch_us(st) AS high, retracted FROM usage_records WHERE record = ${BigInt(record)}`,
      );
      const target = plan.nodes.find(
        (node) => node.node === 'usage-records' && node.owner === Number(row?.['owner']),
      );
      if (!row || target?.node !== 'usage-records' || String(row['retracted']) === 'true') return [];
      refuseFrozenLineage(row['low'], await retainedFrom(connection, plan));
      await refuseErasedLineage(connection, target.owner, record);
      // Windows of other units on the way may reach beyond the record's own.
      const range = growScope(recordRange(row['low'], row['high']), plan, []);
      const place = { ukey: String(row['ukey']), range };
      return eventsBehind(connection, plan, target, place, this.#options.now(), limit, after);
    });
  }

  trace(plan: Plan, storeId: string, sequence: bigint): Promise<readonly TraceNode[]> {
    return this.#read((connection) => traceEvent(connection, plan, storeId, sequence, this.#options.now()));
  }

  retractOwner(owner: number, context: CommitContext): Promise<number> {
    return this.#exclusive((connection) =>
      connection.transaction(async () => {
        const content = USAGE_CONTENT.map((column) => (column === 'quantity' ? '0 AS quantity' : column));
        await connection.run(
          `CREATE OR REPLACE TEMP TABLE ${DIFFERENCE} AS SELECT 'retract' AS action, ukey, ${content.join(', ')},
            rowid AS held, record, revision, quantity AS previous FROM usage_records WHERE owner = ${owner} AND NOT retracted`,
        );
        await applyDifference(connection, owner, context, this.#options.now());
        const [row] = await connection.rows(`SELECT count(*) AS n FROM ${DIFFERENCE}`);
        return Number(row?.['n'] ?? 0);
      }),
    );
  }

  async forgetMeter(meterId: string): Promise<void> {
    await this.#exclusive((connection) =>
      connection.transaction(async () => {
        await forgetCoverage(connection, meterId);
        await connection.run('DELETE FROM rejected_rows WHERE meter = $1', [meterId]);
      }),
    );
  }

  async interrupt(run: string): Promise<void> {
    if (this.#running?.run === run) this.#running.connection.interrupt();
    await this.#options.database.outputs.settled();
  }

  #work(
    plan: Plan,
    context: CommitContext,
    index: number,
    extent: Extent,
    tickets: Tickets,
    careful: boolean,
  ): SliceWork {
    return { plan, context, index, extent, tickets, careful, at: this.#options.now() };
  }

  /** One commit under (run, index): done at most once, sums made carefully when they overflow. */
  #commit(plan: Plan, context: CommitContext, index: number, body: Commit): Promise<SliceResult> {
    const stores = plan.nodes.flatMap((node) => (node.node === 'event-store' ? [node.store] : []));
    const attempt = (careful: boolean): Promise<SliceResult> =>
      this.#inTurn(() =>
        this.#options.writers.withWriters(stores, async (connection, tickets) => {
          this.#running = { run: context.run, connection };
          try {
            const [done] = await connection.rows(
              `SELECT result FROM slice_results WHERE run = $1 AND slice = ${index}`,
              [context.run],
            );
            if (done) return JSON.parse(String(done['result'])) as SliceResult;
            return await body(connection, tickets, careful);
          } finally {
            this.#running = undefined;
          }
        }),
      );
    return retryingCarefully(attempt);
  }

  /** Work that writes: one piece after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#options.database.outputs.take(work);
  }

  #exclusive<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const result = await this.#options.database.withConnection(work);
      this.#options.database.noteWrite();
      return result;
    });
  }

  #read<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#options.database.withConnection(work);
  }
}

/** Rows of the changes that are current: the ones whose failures a touched evaluation speaks for. */
const currentOf =
  (changes: readonly ChangeSpan[]) => (node: Parameters<ReturnType<typeof changedRows>>[0]) => {
    const span = changes.find((candidate) => candidate.storeId === node.storeId);
    return currentRows(node, span ? `seq > ${span.after} AND seq <= ${span.upTo}` : 'FALSE');
  };

function heldSpans(plan: Plan, owners: readonly number[]): string {
  const stores = plan.nodes.filter((node): node is StoreTargetNode => node.node === 'event-store');
  const list = [-1, ...owners].join(', ');
  return [
    `SELECT sf, st FROM usage_records WHERE owner IN (${list}) AND NOT retracted`,
    ...stores.map(
      (node) => `SELECT sf, st FROM ${eventTable(node.store.number)} WHERE owner = ${node.owner}`,
    ),
  ].join(' UNION ALL ');
}

async function readSlices(connection: Connection, run: string): Promise<MicrosRange[]> {
  const rows = await connection.rows('SELECT low, high FROM run_slices WHERE run = $1 ORDER BY slice', [run]);
  return rows.map((row) => openRange(row['low'], row['high']));
}

const openRange = (low: Text | undefined, high: Text | undefined): MicrosRange => ({
  ...(low === null || low === undefined ? {} : { from: BigInt(low) }),
  ...(high === null || high === undefined ? {} : { to: BigInt(high) }),
});

/** The event times behind a record: its window, or its one instant. */
function recordRange(low: Text | undefined, high: Text | undefined): MicrosRange {
  const range = openRange(low, high);
  return range.from !== undefined && range.from === range.to
    ? { from: range.from, to: range.from + 1n }
    : range;
}
