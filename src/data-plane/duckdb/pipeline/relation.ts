// Owns how a node of a plan is written as SQL: one common table expression per row component, in topological
// order. Fields are columns c0, c1, ... by position; hidden columns travel beside them:
//   _t    event time of the row            _sf, _st  scope coordinates: its window, or its instant twice
//   _fin  when it is final                 _key      default unique key, as JSON text
//   _src  position of the scan or aggregate that made the row
//   _seq  ingest sequence; null for the rows of an aggregate
import type { Expression } from '../../../pipeline/expressions/types.ts';
import type { FilterNode, MapNode, PlanField, ScanNode } from '../../../pipeline/plan.ts';
import { expressionSql } from '../expression-sql.ts';
import { canonicalSql, eventTable, sqlType } from '../layout.ts';
import { jsonValueSql, keyTextSql } from './key-text.ts';
import type { Statement } from './statement.ts';

export const HIDDEN = ['_t', '_sf', '_st', '_fin', '_key', '_src', '_seq'] as const;

/** A relation that later statements read: the name of a table or common table expression, and its fields. */
export interface Relation {
  readonly name: string;
  readonly fields: readonly PlanField[];
}

export const columnAt = (index: number): string => `c${index}`;

/** The column of a field; the compiler of the graph has made sure that it is there. */
export function columnOf(fields: readonly PlanField[], name: string): string {
  const index = fields.findIndex((field) => field.name === name);
  if (index < 0) throw new Error(`the plan has no field ${name}`);
  return columnAt(index);
}

/** Rows of the store: `FROM` may be narrowed by the caller (a slice, touched events, one event). */
export function scanSql(node: ScanNode, position: number, from: string, statement: Statement): string {
  const { columns, idFields } = node.store;
  const values = columns.map((column, index) => `${column.column} AS ${columnAt(index)}`);
  const id = idFields.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`the store has no id field ${name}`);
    return jsonValueSql(column.column, column);
  });
  const key = keyTextSql([jsonValueSql(statement.text(node.id), { type: 'string' }), keyTextSql(id), "'0'"]);
  const hidden = `t AS _t, t AS _sf, t AS _st, t AS _fin, ${key} AS _key, ${position} AS _src, seq AS _seq`;
  return `SELECT ${[...values, hidden].join(', ')} FROM ${from}`;
}

/** The current rows of a scan whose event time is within the condition. */
export const currentRows = (node: ScanNode, condition: string): string =>
  `${eventTable(node.store.number)} WHERE ${condition}`;

/** What a node reads: one relation as it is, or the union of several by field name. */
export function inputSql(inputs: readonly Relation[]): Relation {
  const [only, ...others] = inputs;
  if (!only) throw new Error('a node without inputs reads nothing');
  if (others.length === 0) return only;
  const fields = unionFields(inputs);
  const branches = inputs.map((input) => {
    const values = fields.map((field, index) => {
      const present = input.fields.some((candidate) => candidate.name === field.name);
      const source = present ? columnOf(input.fields, field.name) : 'NULL';
      return `CAST(${source} AS ${sqlType(field)}) AS ${columnAt(index)}`;
    });
    return `SELECT ${[...values, ...HIDDEN].join(', ')} FROM ${input.name}`;
  });
  return { name: `(${branches.join(' UNION ALL ')})`, fields };
}

/** Fields of a union: by name, decimals with the largest scale (meters/compile.ts checks the types). */
function unionFields(inputs: readonly Relation[]): PlanField[] {
  const union = new Map<string, PlanField>();
  for (const field of inputs.flatMap((input) => input.fields)) {
    const known = union.get(field.name);
    if (!known || (field.scale ?? 0) > (known.scale ?? 0)) union.set(field.name, field);
  }
  return [...union.values()];
}

const expressionContext = (fields: readonly PlanField[], statement: Statement) => ({
  column: (name: string) => columnOf(fields, name),
  parameter: statement.parameter,
});

/** A row component in SQL: its rows with `_error` and `_pass`, and those that failed, where rows can fail. */
export interface RowStep {
  readonly all: string;
  /** The failed rows: `input` (JSON text of what came in), hidden columns, `_error`; null: rows cannot fail. */
  readonly failed: string | null;
}

/** The rows of a filter; those that do not meet the condition have `_pass` false. */
export function filterSql(node: FilterNode, input: Relation, statement: Statement): RowStep {
  const context = expressionContext(input.fields, statement);
  const { value, error } = expressionSql(node.predicate, context);
  const columns = input.fields.map((_, index) => columnAt(index));
  return rowStep(columns, `coalesce(${value}, FALSE)`, error, input, statement);
}

/** The rows of a map; plain copies of fields cannot fail. */
export function mapSql(node: MapNode, input: Relation, statement: Statement): RowStep {
  const context = expressionContext(input.fields, statement);
  const compiled = node.expressions.map((expression: Expression) => expressionSql(expression, context));
  const values = compiled.map(({ value }, index) => `${value} AS ${columnAt(index)}`);
  const errors = compiled.flatMap(({ error }) => (error === null ? [] : [error]));
  const error = errors.length === 0 ? null : `coalesce(${[...errors, 'NULL'].join(', ')})`;
  return rowStep(values, 'TRUE', error, input, statement);
}

function rowStep(
  values: readonly string[],
  pass: string,
  error: string | null,
  input: Relation,
  statement: Statement,
): RowStep {
  const hidden = HIDDEN.join(', ');
  return {
    all: `SELECT ${values.join(', ')}, ${hidden}, ${error ?? 'NULL'} AS _error, ${pass} AS _pass FROM ${input.name}`,
    failed:
      error === null
        ? null
        : `SELECT *, ${jsonObjectSql(input, statement)} AS input FROM (SELECT *, ${error} AS _error FROM ${input.name}) WHERE _error IS NOT NULL`,
  };
}

/** A row as a JSON object of canonical texts. Field names are bound, never written into the statement. */
export function jsonObjectSql(
  relation: Pick<Relation, 'fields'>,
  statement: Statement,
  column: (index: number) => string = columnAt,
): string {
  const members = relation.fields.map((field, index) => {
    const text = canonicalSql(column(index), field);
    return `${statement.text(`${JSON.stringify(field.name)}:`)} || coalesce(CAST(to_json(${text}) AS VARCHAR), 'null')`;
  });
  return members.length === 0 ? "'{}'" : `'{' || ${members.join(` || ',' || `)} || '}'`;
}
