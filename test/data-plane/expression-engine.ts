// Evaluates expressions in a real engine: one statement for many rows, results as canonical text.
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { expressionSql } from '../../src/data-plane/duckdb/expression-sql.ts';
import { canonicalSql, sqlType } from '../../src/data-plane/duckdb/layout.ts';
import type { Expression, ValueType } from '../../src/pipeline/expressions/types.ts';
import type { PlanField } from '../../src/pipeline/plan.ts';

/** Canonical text, null, or the code of the row's failure after an exclamation mark. */
export type Result = string | null;
export type Row = readonly (string | null)[];

export class ExpressionEngine {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  static async open(): Promise<ExpressionEngine> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    return new ExpressionEngine(instance, await instance.connect());
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** One list of results per row, one result per expression. */
  async evaluate(
    expressions: readonly Expression[],
    fields: readonly PlanField[],
    rows: readonly Row[],
  ): Promise<Result[][]> {
    const values: (string | null)[] = [];
    const parameter = (value: string | null, type: ValueType) => {
      values.push(value);
      return `CAST($${values.length} AS ${sqlType(type)})`;
    };
    const column = (name: string) => `c${fields.findIndex((field) => field.name === name)}`;
    const computed = expressions.map((expression, index) => {
      const { value, error } = expressionSql(expression, { column, parameter });
      return `${value} AS v${index}, ${error ?? 'CAST(NULL AS VARCHAR)'} AS e${index}`;
    });
    const results = expressions.map(({ type }, index) => {
      const exact = `CASE WHEN typeof(v${index}) = '${sqlType(type)}' THEN ${canonicalSql(`v${index}`, type)} ELSE typeof(v${index}) END`;
      return `CASE WHEN e${index} IS NOT NULL THEN '!' || e${index} ELSE ${exact} END`;
    });
    const names = ['i', ...fields.map((_, index) => `t${index}`)].join(', ');
    const typed = fields.map((field, index) => `CAST(t${index} AS ${sqlType(field)}) AS c${index}`);
    const listed = rows.map((row, index) => `(${[index, ...row.map(quoted)].join(', ')})`);
    const source = `SELECT ${['i', ...typed].join(', ')} FROM (VALUES ${listed.join(', ')}) v(${names})`;
    const reader = await this.connection.runAndReadAll(
      `SELECT ${results.join(', ')} FROM (SELECT i, ${computed.join(', ')} FROM (${source}) AS r) AS s ORDER BY i`,
      values,
    );
    return reader.getRows() as Result[][];
  }
}

const quoted = (value: string | null): string =>
  value === null ? 'CAST(NULL AS VARCHAR)' : `'${value.replaceAll("'", "''")}'`;
