// Owns claiming sequences of a store inside a transaction. The claim is what makes a store have one writer: it
// is refused to a writer that a later one has fenced off.
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
    await connection.run(`UPDATE store_state SET fence = fence + 1 WHERE store = ${store}`);
    const [row] = await connection.rows(`SELECT next_seq, fence FROM store_state WHERE store = ${store}`);
    if (!row) throw new WeirError('not-found', 'EVENT_STORE_NOT_FOUND', `There is no store ${store}.`);
    return { claim: { store, fence: BigInt(row['fence']!) }, next: BigInt(row['next_seq']!) };
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
    `UPDATE store_state SET next_seq = ${next}, last_write = CAST($1 AS TIMESTAMP)
      WHERE store = ${claim.store} AND fence = ${claim.fence} AND next_seq <= ${next}`,
    [at],
  );
  if (claimed === 1) return;
  const message = 'Another writer has taken over this event store.';
  throw new WeirError('unavailable', 'EVENT_STORE_FENCED', message, { retryAfterSeconds: 1 });
}

/** The first free sequence, as committed. */
export async function nextSequence(connection: Connection, store: number): Promise<bigint> {
  const [row] = await connection.rows(`SELECT next_seq FROM store_state WHERE store = ${store}`);
  return BigInt(row?.['next_seq'] ?? '1');
}
