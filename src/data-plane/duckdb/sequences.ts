// Owns claiming sequences of a store inside a transaction. The claim is what makes a store have one writer: it
// is refused to a writer that a later one has fenced off.
//
// A row is deleted and inserted, here and wherever else a commit changes one: after an UPDATE the engine makes no
// checkpoint until every transaction that was open at the time has ended, and a long export lets the log grow
// without bound (docs/adr/0014).
import { WeirError } from '../../errors.ts';
import type { Connection } from './connection.ts';

/** A writer's right to a store's sequences. */
export interface SequenceClaim {
  readonly store: number;
  readonly fence: bigint;
}

/** Becomes the writer of a store: every earlier writer's commits fail from now on. */
export async function takeFence(
  connection: Connection,
  store: number,
): Promise<{ claim: SequenceClaim; next: bigint }> {
  return connection.transaction(async () => {
    const [row] = await connection.rows(`SELECT next_seq, fence FROM store_state WHERE store = ${store}`);
    if (!row) throw new WeirError('not-found', 'EVENT_STORE_NOT_FOUND', `There is no store ${store}.`);
    const fence = BigInt(row['fence']!);
    await connection.run(
      `INSERT INTO store_state SELECT store, next_seq, ${fence + 1n}, last_write FROM store_state WHERE store = ${store}`,
    );
    await connection.run(`DELETE FROM store_state WHERE store = ${store} AND fence = ${fence}`);
    return { claim: { store, fence: fence + 1n }, next: BigInt(row['next_seq']!) };
  });
}

/** Makes `next` the store's first free sequence, in the transaction that uses the ones before it. */
export async function claimSequences(
  connection: Connection,
  claim: SequenceClaim,
  next: bigint,
  at: string,
): Promise<void> {
  const claimed = await connection.run(
    `DELETE FROM store_state WHERE store = ${claim.store} AND fence = ${claim.fence} AND next_seq <= ${next}`,
  );
  if (claimed === 1) {
    await connection.run(
      `INSERT INTO store_state VALUES (${claim.store}, ${next}, ${claim.fence}, CAST($1 AS TIMESTAMP))`,
      [at],
    );
    return;
  }
  const message = 'Another writer has taken over this event store.';
  throw new WeirError('unavailable', 'EVENT_STORE_FENCED', message, { retryAfterSeconds: 1 });
}

/** The first free sequence, as committed. */
export async function nextSequence(connection: Connection, store: number): Promise<bigint> {
  const [row] = await connection.rows(`SELECT next_seq FROM store_state WHERE store = ${store}`);
  return BigInt(row?.['next_seq'] ?? '1');
}
