import type { FieldValue, QueryAnswer } from '../api/types.ts';

/** The answer as CSV, as exports have it: no value is an empty cell, the empty text is `""`. */
export function queryCsv({ columns, rows }: QueryAnswer): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return lines.map((line) => `${line.map(cell).join(',')}\n`).join('');
}

function cell(value: FieldValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
