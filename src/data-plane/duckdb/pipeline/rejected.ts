// Owns the rows that a component rejected, with their code and their input, until a later evaluation of the
// same keys replaces them.
import type { Plan, PlanNode } from '../../../pipeline/plan.ts';
import type { NodeCounts } from '../../pipeline-port.ts';
import type { Connection } from '../connection.ts';
import { isTarget, targetTable } from './evaluate.ts';
import { jsonObjectSql } from './relation.ts';
import type { ScanFrom } from './row-chain.ts';
import { aggregateTable, rowChain } from './row-chain.ts';
import { Statement } from './statement.ts';
import { quantityTextSql } from './usage-target-sql.ts';

export interface KeepRejected {
  readonly plan: Plan;
  readonly run: string;
  readonly counts: readonly NodeCounts[];
  readonly from: ScanFrom;
  /** Condition on rejected_rows: what this evaluation speaks for. */
  readonly scope: string;
}

/** Replaces the meter's rejected rows in the scope by those of this evaluation, so that they never multiply. */
export async function keepRejected(connection: Connection, work: KeepRejected): Promise<void> {
  // What the door rejected of a file has no key: no evaluation speaks for it.
  await connection.run(`DELETE FROM rejected_rows WHERE meter = $1 AND key IS NOT NULL AND ${work.scope}`, [
    work.plan.meterId,
  ]);
  for (const { id, rejected } of work.counts) {
    const node = work.plan.nodes.find((candidate) => candidate.id === id);
    if (!node || rejected === 0) continue;
    await insertRejected(connection, work, node);
  }
}

const POSITION = '(SELECT coalesce(max(position), 0) FROM rejected_rows) + row_number() OVER ()';
const INPUT_ROWS = 500;

/** Keeps what the door rejected of a file; a file that is ingested again by the same run replaces it. */
export async function keepRejectedInput(
  connection: Connection,
  owner: { readonly meterId: string; readonly run: string; readonly node: string },
  rows: readonly { readonly code: string; readonly message: string; readonly input: string }[],
): Promise<void> {
  const key = [owner.meterId, owner.run, owner.node];
  await connection.run('DELETE FROM rejected_rows WHERE meter = $1 AND run = $2 AND node = $3', key);
  for (let start = 0; start < rows.length; start += INPUT_ROWS) {
    const statement = new Statement();
    const named = key.map((value) => statement.text(value)).join(', ');
    const values = rows.slice(start, start + INPUT_ROWS).map(({ code, message, input }) => {
      return `(${[code, message, JSON.stringify({ input })].map((text) => statement.text(text)).join(', ')})`;
    });
    await connection.run(
      `INSERT INTO rejected_rows SELECT ${named}, code, message, input, NULL, NULL, NULL, ${POSITION}
        FROM (VALUES ${values.join(', ')}) AS v(code, message, input)`,
      statement.values,
    );
  }
}

/** Forgets rejected rows of event times before the instant. */
export async function expireRejected(connection: Connection, meterId: string, before: string): Promise<void> {
  await connection.run('DELETE FROM rejected_rows WHERE meter = $1 AND t < CAST($2 AS TIMESTAMP)', [
    meterId,
    before,
  ]);
}

async function insertRejected(connection: Connection, work: KeepRejected, node: PlanNode): Promise<void> {
  const statement = new Statement();
  const isRowNode = node.node === 'filter' || node.node === 'map';
  const chain = rowChain(work.plan, isRowNode ? [node.id] : [], work.from, statement);
  const select = rejectedSql(work.plan, node, chain.failed(node.id), statement);
  const owner = [work.plan.meterId, work.run, node.id].map((value) => statement.text(value)).join(', ');
  await connection.run(
    `INSERT INTO rejected_rows ${chain.with} SELECT ${owner}, code, NULL, input, key, t, sf, ${POSITION} FROM (${select})`,
    statement.values,
  );
}

function rejectedSql(plan: Plan, node: PlanNode, failed: string | undefined, statement: Statement): string {
  const hidden = '_key AS key, _t AS t, _sf AS sf';
  if (failed !== undefined) return `SELECT _error AS code, input, ${hidden} FROM ${failed}`;
  if (node.node === 'aggregate') {
    const groups = { name: aggregateTable(plan, node.id), fields: node.fields.slice(0, node.groupBy.length) };
    const input = jsonObjectSql(groups, statement);
    return `SELECT _error AS code, ${input} AS input, ${hidden} FROM ${groups.name} WHERE _error IS NOT NULL`;
  }
  if (!isTarget(node)) throw new Error(`a ${node.node} rejects no rows`);
  return `SELECT error AS code, ${targetInputSql(node, statement)} AS input, key, t, sf FROM ${targetTable(plan, node.id)} WHERE error IS NOT NULL`;
}

function targetInputSql(node: PlanNode, statement: Statement): string {
  if (node.node === 'usage-records') {
    const quantity = quantityTextSql('quantity');
    return `CAST(to_json({accountNumber: account, quantity: ${quantity}, unitOfMeasure: uom, uniqueKey: ukey}) AS VARCHAR)`;
  }
  if (node.node !== 'event-store') throw new Error(`a ${node.node} is not a target`);
  return jsonObjectSql(
    { fields: node.store.columns },
    statement,
    (index) => node.store.columns[index]!.column,
  );
}
