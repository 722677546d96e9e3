// Owns reading a load file in SQL.
import type { Column } from '../../../definitions/types.ts';

/** The rows of a load file (bound as `$1`): `ord`, their place in the file from 0, the hash `h`, the columns. */
export function loadedRowsSql(columns: readonly Column[]): string {
  const names = columns.map(({ column }) => column).join(', ');
  return `SELECT file_row_number AS ord, h, ${names} FROM read_parquet($1, file_row_number = true)`;
}
