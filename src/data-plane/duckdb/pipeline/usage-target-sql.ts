import type { Binding, UsageTargetNode } from '../../../pipeline/plan.ts';
import { canonicalSql } from '../layout.ts';
import { jsonValueSql, keyTextSql } from './key-text.ts';
import type { Relation } from './relation.ts';
import { columnOf } from './relation.ts';
import type { Statement } from './statement.ts';
import { instantSql } from './statement.ts';

/** Columns of a usage record that are compared to tell whether it changed, in the order of the table. */
export const USAGE_CONTENT = [
  'account',
  'subscription',
  'charge',
  'quantity',
  'uom',
  'start_at',
  'end_at',
  'tz',
  'description',
  'custom',
  'final',
  'sf',
  'st',
] as const;

/** A quantity of a usage record as canonical text. */
export const quantityTextSql = (column: string): string =>
  canonicalSql(column, { type: 'decimal', scale: 18 });

/** The unique key of a target's rows: the fields it names, else the key that the rows carry. */
export function usageKeySql(node: UsageTargetNode, input: Relation): string {
  if (!node.uniqueKey) return '_key';
  return keyTextSql(
    node.uniqueKey.map((name) => jsonValueSql(columnOf(input.fields, name), typeOf(input, name))),
  );
}

const typeOf = (input: Relation, name: string) => {
  const field = input.fields.find((candidate) => candidate.name === name);
  if (!field) throw new Error(`the plan has no field ${name}`);
  return field;
};

function textSql(binding: Binding | undefined, input: Relation, statement: Statement): string {
  if (!binding) return 'CAST(NULL AS VARCHAR)';
  if ('constant' in binding) return statement.text(binding.constant);
  return canonicalSql(columnOf(input.fields, binding.field), typeOf(input, binding.field));
}

function quantitySql(binding: Binding, input: Relation, statement: Statement): string {
  if ('constant' in binding) return statement.parameter(binding.constant, { type: 'decimal', scale: 18 });
  return `TRY_CAST(${columnOf(input.fields, binding.field)} AS DECIMAL(38,18))`;
}

/** Custom fields as one JSON object of texts, keys in the order of the configuration. */
function customSql(node: UsageTargetNode, input: Relation, statement: Statement): string {
  const entries = Object.entries(node.custom);
  if (entries.length === 0) return 'CAST(NULL AS VARCHAR)';
  const members = entries.map(([name, binding]) => {
    const value = `coalesce(CAST(to_json(${textSql(binding, input, statement)}) AS VARCHAR), 'null')`;
    return `${statement.text(JSON.stringify(name))} || ':' || ${value}`;
  });
  return `'{' || ${members.join(` || ',' || `)} || '}'`;
}

/** The rows that the target should hold: key, content, `error` for rows that cannot be billed. */
export function usageRowsSql(
  node: UsageTargetNode,
  input: Relation,
  asOf: bigint,
  statement: Statement,
): string {
  const { bindings } = node;
  const boundary = (binding: Binding | undefined, hidden: string): string =>
    binding && 'field' in binding ? columnOf(input.fields, binding.field) : hidden;
  const raw = 'field' in bindings.quantity ? columnOf(input.fields, bindings.quantity.field) : 'TRUE';
  const columns = [
    `${usageKeySql(node, input)} AS ukey`,
    `${textSql(bindings.accountNumber, input, statement)} AS account`,
    `${textSql(bindings.subscriptionNumber, input, statement)} AS subscription`,
    `${textSql(bindings.chargeNumber, input, statement)} AS charge`,
    `${quantitySql(bindings.quantity, input, statement)} AS quantity`,
    `${textSql(bindings.unitOfMeasure, input, statement)} AS uom`,
    `${boundary(bindings.startDateTime, '_sf')} AS start_at`,
    `${boundary(bindings.endDateTime, '_st')} AS end_at`,
    `${statement.text(node.timeZone)} AS tz`,
    `${textSql(bindings.description, input, statement)} AS description`,
    `${customSql(node, input, statement)} AS custom`,
    `coalesce(_fin <= ${instantSql(asOf)}, FALSE) AS final`,
    '_sf AS sf',
    '_st AS st',
    '_src AS src',
    '_seq AS seq',
    '_t AS t',
    '_key AS key',
    `${raw} IS NULL AS no_quantity`,
  ];
  const error = `CASE WHEN no_quantity THEN 'USAGE_QUANTITY_MISSING'
    WHEN quantity IS NULL THEN 'QUANTITY_OVERFLOW'
    WHEN coalesce(account, '') = '' THEN 'USAGE_ACCOUNT_MISSING'
    WHEN coalesce(uom, '') = '' THEN 'USAGE_UNIT_MISSING'
    WHEN end_at < start_at THEN 'USAGE_PERIOD_INVALID' END`;
  return `SELECT *, ${error} AS error FROM (SELECT ${columns.join(', ')} FROM ${input.name})`;
}
