// Owns finding the events of a store by id hash: in runs, files of (hash, sequence) sorted by hash that are
// derived from the events and made again at will, and in the tail of newer events that no run covers. What is
// found may have been replaced or deleted since, or have another id with the same hash: the caller compares.
import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { WeirError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { endOf, openRuns, pathOfRun, removeRuns, runsToMerge, type IndexPlace } from './id-run-chain.ts';
import { DamagedRunError, IdRun } from './id-run.ts';
import { writeRun, type RunEntries } from './id-run-writer.ts';
import { eventTable } from './layout.ts';

/** The engine reads about 1,000 hashes of all events in the time of one lookup in the runs (10 us). */
const ROWS_PER_LOOKUP = 1_000;
/** So few that looking them up takes no more than what else a commit does. */
const LOOKUPS_FEW = 1_000;
/** The event loop gets its turn after so many lookups: 1 ms from the page cache, 25 ms from a disk. */
const LOOKUPS_AT_ONCE = 256;
/** No event has it. */
const NO_SEQUENCE = '(0)';

export class IdIndex {
  readonly #database: Database;
  readonly #place: IndexPlace;
  #runs: readonly IdRun[];
  readonly #damaged = new Set<IdRun>();
  /** Runs that were merged into others, but may still be read. */
  #retired: IdRun[] = [];
  #lookups = 0;
  #extending: Promise<void> = Promise.resolve();
  /** The connection on which a run is being made. */
  #making: Connection | undefined;
  #stopped = false;

  private constructor(database: Database, place: IndexPlace, runs: readonly IdRun[]) {
    this.#database = database;
    this.#place = place;
    this.#runs = runs;
  }

  /** The index as its files have it; what they lack is the tail. */
  static async open(database: Database, store: number, last: bigint): Promise<IdIndex> {
    const place = { directory: database.indexDirectory, timeline: database.timeline, store };
    return new IdIndex(database, place, await openRuns(place, last));
  }

  /** Events up to this sequence are in a run. */
  get indexed(): bigint {
    return endOf(this.#runs);
  }

  /** Entries of all runs; those of events that are gone stay until their run is merged. */
  get count(): number {
    return this.#runs.reduce((sum, { header }) => sum + header.count, 0);
  }

  get runs(): number {
    return this.#runs.length;
  }

  /** What the runs keep in memory. */
  get bytes(): number {
    return this.#runs.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Whether a run may hold an id, by the halves of its hash. By index: this runs for every event. */
  mayHold(low: number, high: number): boolean {
    const runs = this.#runs;
    for (let index = runs.length - 1; index >= 0; index--) if (runs[index]!.mayHold(low, high)) return true;
    return false;
  }

  /** Sequences of events with one of these hashes; `tail` names the hashes that the tail may have. */
  async sequences(
    connection: Connection,
    hashes: readonly bigint[],
    tail: readonly bigint[] = hashes,
  ): Promise<bigint[]> {
    this.#lookups += 1;
    try {
      // A run that is made in the meantime covers what was the tail: both are read as they were at one moment.
      const [runs, indexed] = [this.#runs, this.indexed];
      const found: bigint[] = [];
      for (const run of runs)
        for (const sequence of await this.#inRun(connection, run, hashes)) found.push(sequence);
      for (const sequence of await this.#inEvents(connection, tail, indexed)) found.push(sequence);
      return found;
    } finally {
      this.#lookups -= 1;
      this.#closeRetired();
    }
  }

  /** The same as an SQL set, for `seq IN ...`. Takes the hashes from a table with a column h, of any size. */
  async sequencesSql(connection: Connection, table: string): Promise<string> {
    const [row] = await connection.lists(`SELECT count(DISTINCT h) FROM ${table}`);
    if (this.isScanQuicker(Number(row?.[0]))) return this.scanSql(table);
    const rows = await connection.lists(`SELECT DISTINCT h FROM ${table}`);
    return sequenceSetSql(
      await this.sequences(
        connection,
        rows.map(([hash]) => BigInt(hash!)),
      ),
    );
  }

  /** SQL set of the sequences of events whose hash is in a table with a column h, by reading all hashes. */
  scanSql(table: string): string {
    return `(SELECT seq FROM ${eventTable(this.#place.store)} WHERE h IN (SELECT h FROM ${table}))`;
  }

  isScanQuicker(lookups: number): boolean {
    return lookups > LOOKUPS_FEW && lookups * ROWS_PER_LOOKUP > this.count;
  }

  /**
   * Makes a run of the committed events up to `upTo`, merged with runs that are not much larger. Nothing with a
   * sequence up to there may be written later. Throws EVENT_STORE_CLOSING when it is stopped.
   */
  extend(upTo: bigint): Promise<void> {
    const extended = this.#extending.then(() => this.#extend(upTo));
    // The next one does not fail because this one did; whoever asked for this one is told.
    this.#extending = extended.catch(() => undefined);
    return extended;
  }

  /** Gives up what is being made, and makes nothing more; lookups go on. */
  stop(): void {
    this.#stopped = true;
    this.#making?.interrupt();
  }

  /** Closes the files, when nothing is made any more. */
  async close(): Promise<void> {
    this.stop();
    await this.#extending;
    this.#retired.push(...this.#runs);
    this.#runs = [];
    this.#closeRetired();
  }

  /** Removes the files of a closed index. */
  remove(): void {
    removeRuns(this.#place);
  }

  async #inRun(connection: Connection, run: IdRun, hashes: readonly bigint[]): Promise<bigint[]> {
    const found: bigint[] = [];
    let lookups = 0;
    for (const hash of hashes) {
      if (!run.mayHold(Number(hash & 0xffff_ffffn), Number(hash >> 32n))) continue;
      if (this.#damaged.has(run)) break;
      try {
        found.push(...run.find(hash));
      } catch (error) {
        if (!(error instanceof DamagedRunError)) throw error;
        this.#giveUp(run, error);
      }
      if (++lookups % LOOKUPS_AT_ONCE === 0) await setImmediate();
    }
    if (!this.#damaged.has(run)) return found;
    return this.#inEvents(connection, hashes, run.header.from, run.header.upTo);
  }

  /** Reads the hashes of a range of events. */
  async #inEvents(
    connection: Connection,
    hashes: readonly bigint[],
    from: bigint,
    upTo?: bigint,
  ): Promise<bigint[]> {
    if (hashes.length === 0) return [];
    const end = upTo === undefined ? '' : `AND seq <= ${upTo}`;
    const rows = await connection.lists(
      `SELECT seq FROM ${eventTable(this.#place.store)} WHERE seq > ${from} ${end} AND h IN (${hashes.join(', ')})`,
    );
    return rows.map(([sequence]) => BigInt(sequence!));
  }

  /** The filter of a damaged run still holds; its events are read instead of it until it is made again. */
  #giveUp(run: IdRun, error: DamagedRunError): void {
    this.#damaged.add(run);
    rmSync(run.path, { force: true });
    this.#database.report(error);
  }

  async #extend(upTo: bigint): Promise<void> {
    const end = upTo > this.indexed ? upTo : this.indexed;
    if (end === this.indexed && this.#damaged.size === 0) return;
    const added = Number(end - this.indexed);
    const firstDamaged = this.#runs.findIndex((run) => this.#damaged.has(run));
    const merged = Math.max(
      runsToMerge(
        this.#runs.map(({ header }) => header.count),
        added,
      ),
      firstDamaged < 0 ? 0 : this.#runs.length - firstDamaged,
    );
    const kept = this.#runs.slice(0, this.#runs.length - merged);
    if (this.#stopped) throw closing();
    const path = pathOfRun(this.#place.directory, { ...this.#place, from: endOf(kept), upTo: end });
    const run = await this.#make(path, endOf(kept), end);
    const old = this.#runs.slice(kept.length);
    this.#runs = [...kept, run];
    for (const each of old) {
      this.#damaged.delete(each);
      if (each.path !== path) rmSync(each.path, { force: true });
    }
    this.#retired.push(...old);
    this.#closeRetired();
  }

  async #make(path: string, from: bigint, upTo: bigint): Promise<IdRun> {
    const range = `FROM ${eventTable(this.#place.store)} WHERE seq > ${from} AND seq <= ${upTo}`;
    try {
      await this.#database.withConnection((connection) => {
        this.#making = connection;
        // One snapshot for both statements, since events may be deleted at any time.
        return connection.transaction(async () => {
          const [row] = await connection.lists(`SELECT count(*) ${range}`);
          const entries = entriesOf(connection, `SELECT h, seq ${range} ORDER BY h`);
          await writeRun(path, { ...this.#place, from, upTo }, Number(row?.[0]), entries);
        });
      });
    } catch (error) {
      throw this.#stopped ? closing(error) : error;
    } finally {
      this.#making = undefined;
    }
    const run = await IdRun.open(path);
    if (!run) throw new DamagedRunError(`The run ${path} cannot be read back.`);
    return run;
  }

  #closeRetired(): void {
    if (this.#lookups > 0) return;
    for (const run of this.#retired) run.close();
    this.#retired = [];
  }
}

const closing = (cause?: unknown): WeirError =>
  new WeirError('unavailable', 'EVENT_STORE_CLOSING', 'The event store is closing.', {
    retryAfterSeconds: 1,
    cause,
  });

/** SQL set of sequences, for `seq IN ...`. */
export const sequenceSetSql = (sequences: readonly bigint[]): string =>
  sequences.length === 0 ? NO_SEQUENCE : `(${sequences.join(', ')})`;

async function* entriesOf(connection: Connection, sql: string): AsyncGenerator<RunEntries> {
  for await (const [hashes, sequences] of connection.chunks(sql)) {
    yield { hashes: hashes as bigint[], sequences: sequences as bigint[] };
  }
}
