import { Download } from 'lucide-react';
import { useMemo } from 'react';
import type { FieldValue, QueryAnswer, QueryColumn } from '../api/types.ts';
import { decimalPadding, groupCount, groupDigits } from '../format/digits.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { FieldText } from '../ui/FieldText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { saveFile } from '../ui/saveFile.ts';
import { Table, type Column } from '../ui/Table.tsx';
import { queryCsv } from './queryCsv.ts';

interface Row {
  readonly key: string;
  readonly cells: readonly FieldValue[];
}

interface QueryResultProps {
  readonly answer: QueryAnswer;
  readonly fileName: string;
  readonly millis: number;
}

/** The answer of a query as a table, and as a file. */
export function QueryResult({ answer, fileName, millis }: QueryResultProps) {
  const { columns, rows, truncated } = answer;
  const keyed = useMemo(() => rows.map((cells, index) => ({ key: String(index), cells })), [rows]);
  const shown = useMemo(() => columns.map((column, index) => columnOf(column, index, rows)), [columns, rows]);
  const save = () => saveFile(new Blob([queryCsv(answer)], { type: 'text/csv' }), fileName);
  return (
    <>
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-y border-line px-4 py-2 text-sm text-ink-soft">
        <p role="status">
          {truncated
            ? `The first ${groupCount(rows.length)} rows; there are more`
            : `${groupCount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`}
          {` in ${(millis / 1000).toFixed(2)} s`}
          {columns.some(({ type }) => type === 'double') && ' · columns marked ≈ are approximations'}
        </p>
        <Button icon={<Download className="size-4" />} onClick={save}>
          CSV
        </Button>
      </div>
      {rows.length === 0 ? (
        <EmptyState title="No rows">The query ran; nothing matches it.</EmptyState>
      ) : (
        <Table label="Answer of the query" columns={shown} rows={keyed} rowKey={({ key }) => key} />
      )}
    </>
  );
}

function columnOf({ name, type }: QueryColumn, index: number, rows: QueryAnswer['rows']): Column<Row> {
  const numeric = type === 'integer' || type === 'decimal' || type === 'double';
  const padding = numeric ? decimalPadding(rows.map((row) => row[index] ?? null)) : undefined;
  return {
    id: String(index),
    header: type === 'double' ? `${name} ≈` : name,
    numeric,
    cell: ({ key, cells }) => {
      const value = cells[index];
      if (typeof value === 'string' && type === 'datetime') return <Instant at={value} />;
      if (typeof value === 'string' && numeric) return groupDigits(value) + (padding?.[Number(key)] ?? '');
      return <FieldText value={value} />;
    },
  };
}
