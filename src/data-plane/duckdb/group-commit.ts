// Owns one commit of append requests that arrived together: which of their ids may be known, writing them, and
// telling each request what became of its events.
import { nowInstant } from '../../clock.ts';
import type { AppendOutcome } from '../event-store-port.ts';
import { positionOf, type AppendRequest } from './append-request.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { sequenceSetSql } from './id-index.ts';
import { GROUP, applyDecisions, decide, exceptions, insertNew, type Load } from './identity.ts';
import { LoadFile, RowEncoder } from './load/index.ts';
import { removeFile, scratchPath, writeSmallFile } from './scratch-files.ts';
import { claimSequences, nextSequence } from './sequences.ts';
import { findSuspects, type Suspects } from './suspects.ts';
import type { WriterState } from './writer-state.ts';

/** What an API write leaves as the cause of a former version. */
const CAUSE = 'write';
const OWNED_BY_OTHER = 'The event was written by a meter with other content; only that meter may change it.';
const ERASED = 'The event was erased; writing it again would bring back what it said of its subject.';

type Tally = { -readonly [K in keyof AppendOutcome]: AppendOutcome[K] } & {
  rejected: { index: number; code: string; message: string }[];
};

/** Commits the requests as one; outcomes are in their order. Synced when it resolves. */
export async function commitGroup(
  database: Database,
  state: WriterState,
  requests: readonly AppendRequest[],
): Promise<readonly AppendOutcome[]> {
  const [first] = requests;
  const suspects = findSuspects(
    state.known,
    requests.flatMap(({ facts }) => facts),
  );
  const staged = first && 'file' in first.content ? first.content.file : undefined;
  const file = staged ?? scratchPath(database.scratchDirectory, 'parquet');
  try {
    if (staged === undefined) writeSmallFile(file, loadParts(requests));
    return await database.withConnection(async (connection) => {
      if (state.stale) await refresh(connection, state);
      const stored = await storedOf(connection, state, suspects);
      const load: Load = {
        store: first!.store,
        file,
        base: state.next,
        stored,
        repeated: suspects.repeated,
      };
      return stored === NONE && !suspects.repeated
        ? await commitNew(connection, state, load, requests)
        : await commitDecided(connection, state, load, requests);
    });
  } finally {
    removeFile(file);
  }
}

/** No event is stored that a row may have to be compared with. */
const NONE = sequenceSetSql([]);

/** SQL set of the sequences of events that the suspects are to be compared with. */
async function storedOf(
  connection: Connection,
  { known: { index } }: WriterState,
  { hashes, tail }: Suspects,
): Promise<string> {
  if (hashes === 'many' || index.isScanQuicker(hashes.length)) return index.scanSql(GROUP);
  return sequenceSetSql(await index.sequences(connection, hashes, tail));
}

/** The load file of requests of one shape: one row group, which keeps the order of the requests. */
function loadParts(requests: readonly AppendRequest[]): Uint8Array[] {
  const { store } = requests[0]!;
  const load = new LoadFile(store.columns);
  const batches = requests.flatMap(({ content }) => ('batches' in content ? content.batches : []));
  return [...load.rowGroup(new RowEncoder(store).together(batches)), ...load.end()];
}

const rowsOf = (requests: readonly AppendRequest[]): number =>
  requests.reduce((sum, { rowCount }) => sum + rowCount, 0);

/** Every id is new: the rows go straight from the file into the store. */
async function commitNew(
  connection: Connection,
  state: WriterState,
  load: Load,
  requests: readonly AppendRequest[],
): Promise<AppendOutcome[]> {
  const rows = rowsOf(requests);
  await commit(connection, state, load.base + BigInt(rows), () => insertNew(connection, load));
  return talliesOf(requests, state.next - 1n);
}

async function commitDecided(
  connection: Connection,
  state: WriterState,
  load: Load,
  requests: readonly AppendRequest[],
): Promise<AppendOutcome[]> {
  const rows = rowsOf(requests);
  const { duplicates, effective, rejected } = await decide(connection, load);
  if (duplicates === rows) return duplicatesOf(requests, state.next - 1n);
  if (effective > 0 || duplicates + rejected < rows) {
    await commit(connection, state, load.base + BigInt(rows), (at) =>
      applyDecisions(connection, load.store, CAUSE, at),
    );
  }
  const tallies = talliesOf(requests, state.next - 1n);
  await split(connection, load, requests, tallies);
  return tallies;
}

/** One transaction that claims the sequences before `next`. If it fails, the state is read again. */
async function commit(
  connection: Connection,
  state: WriterState,
  next: bigint,
  work: (at: string) => Promise<void>,
): Promise<void> {
  const at = nowInstant();
  state.stale = true;
  await connection.transaction(async () => {
    await claimSequences(connection, state.claim, next, at);
    await work(at);
  });
  state.next = next;
  state.stale = false;
}

async function refresh(connection: Connection, state: WriterState): Promise<void> {
  state.next = await nextSequence(connection, state.claim.store);
  state.stale = false;
}

const talliesOf = (requests: readonly AppendRequest[], lastSequence: bigint): Tally[] =>
  requests.map(({ rowCount }) => ({
    accepted: rowCount,
    duplicates: 0,
    replaced: 0,
    rejected: [],
    lastSequence,
  }));

const duplicatesOf = (requests: readonly AppendRequest[], lastSequence: bigint): AppendOutcome[] =>
  requests.map(({ rowCount }) => ({
    accepted: 0,
    duplicates: rowCount,
    replaced: 0,
    rejected: [],
    lastSequence,
  }));

/** Moves the rows that were not simply accepted from `accepted` to what they are, request by request. */
async function split(
  connection: Connection,
  load: Load,
  requests: readonly AppendRequest[],
  tallies: readonly Tally[],
): Promise<void> {
  let current = 0;
  let start = 0;
  for await (const [sequence, outcome] of exceptions(connection)) {
    const place = Number(sequence - load.base);
    while (place >= start + requests[current]!.rowCount) start += requests[current++]!.rowCount;
    const tally = tallies[current]!;
    tally.accepted -= 1;
    if (outcome === 'duplicate') tally.duplicates += 1;
    else if (outcome === 'replaced') tally.replaced += 1;
    else {
      const index = positionOf(requests[current]!, place - start);
      tally.rejected.push(
        outcome === 'erased'
          ? { index, code: 'EVENT_ERASED', message: ERASED }
          : { index, code: 'EVENT_OWNED_BY_OTHER', message: OWNED_BY_OTHER },
      );
    }
  }
}
