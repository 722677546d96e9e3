// Owns freezing what was made from events that are being erased: no run revises or retracts it any more, since what
// it was made from cannot be evaluated again.
import type { Plan } from '../../../pipeline/plan.ts';
import type { EventSelection } from '../../backfill-port.ts';
import type { Connection } from '../connection.ts';
import { eventTable } from '../layout.ts';
import { findAffected } from './affected.ts';

/** Marks the current outputs of the plan that depend on these events of one store; may be repeated. */
export async function freezeOutputs(
  connection: Connection,
  plan: Plan,
  storeId: string,
  events: EventSelection,
): Promise<void> {
  const affected = await findAffected(connection, plan, storeId, events);
  if (!affected) return;
  await connection.run(
    `INSERT INTO frozen_records SELECT owner, record FROM usage_records AS u WHERE ${affected.records}
      AND record NOT IN (SELECT record FROM frozen_records)`,
  );
  for (const node of plan.nodes) {
    if (node.node !== 'event-store') continue;
    const { number } = node.store;
    await connection.run(
      `INSERT INTO frozen_events SELECT ${number}, seq FROM ${eventTable(number)} AS u
        WHERE owner = ${node.owner} AND ${affected.rows}
          AND seq NOT IN (SELECT seq FROM frozen_events WHERE store = ${number})`,
    );
  }
}
