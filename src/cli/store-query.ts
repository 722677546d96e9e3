// Owns `weir store query`: a question to a store by SQL, its answer as a table, CSV or JSON.
import type { Command } from 'commander';
import { usageError } from './cli-error.ts';
import { apiPath } from './client.ts';
import { contextOf } from './context.ts';
import { wholeNumber } from './options.ts';
import { countOf } from './output/decimal-text.ts';
import type { TableColumn } from './output/table.ts';

interface QueryAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
}

interface QueryOptions {
  readonly limit?: number;
  readonly csv?: boolean;
}

export function addStoreQuery(store: Command): void {
  store
    .command('query <store> <sql>')
    .description('ask a store by SQL: one SELECT over the table events')
    .option('--limit <n>', 'rows at most, 1,000 unless told', wholeNumber(1, 10_000))
    .option('--csv', 'write the answer as CSV')
    .action((name: string, sql: string, options: QueryOptions, command: Command) =>
      query(name, sql, options, command),
    );
}

async function query(name: string, sql: string, options: QueryOptions, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  if (output.json && options.csv === true) throw usageError('--json and --csv exclude each other');
  const body = { sql, ...(options.limit === undefined ? {} : { limit: options.limit }) };
  const answer = await client.post<QueryAnswer>(apiPath`/v1/event-stores/${name}/queries`, body);
  if (options.csv === true) {
    for (const line of csvLines(answer)) output.stdout.write(`${line}\n`);
  } else {
    const rows = answer.rows.map((row) => row.map(cellText));
    output.table(answer, answer.columns.map(tableColumn), rows);
  }
  if (answer.truncated) output.note(`there is more than ${countOf(answer.rows.length, 'row')}: see --limit`);
}

/** `~` marks what is an approximation. */
function tableColumn({ name, type }: QueryAnswer['columns'][number]): TableColumn {
  if (type === 'double') return { title: `${name} ~`, align: 'right' };
  if (type === 'integer' || type === 'decimal') return { title: name, align: 'decimal' };
  return { title: name };
}

function cellText(value: unknown): string {
  if (value === null) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As exports have it: no value is an empty cell, the empty text is `""`. */
function csvLines({ columns, rows }: QueryAnswer): string[] {
  const cell = (value: unknown): string => {
    if (value === null) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text === '' || /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(cell).join(','));
}
