// Owns the file of a delete backfill: one column per id field, one row per event. Every error of the file is
// reported at once, by row (as a spreadsheet counts: the header is row 1) and column.
import { CsvError, parse } from 'csv-parse/sync';
import { readEventId } from '../definitions/event-id.ts';
import { jsonPointer } from '../definitions/json-pointer.ts';
import type { CanonicalValue, EventDefinition } from '../definitions/types.ts';
import { WeirError, throwIfProblems } from '../errors.ts';
import type { Problem } from '../errors.ts';

/** Rows of one file. */
export const BACKFILL_ROWS_MAX = 1_000;
/** Far more than rows of sensible ids need; a file above it is refused unread. */
export const BACKFILL_BYTES_MAX = 8 * 1024 * 1024;
const PROBLEMS_MAX = 1_000;

const csvCell = (text: string): string => (/[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The header to fill in. */
export const deleteTemplate = (definition: EventDefinition): string =>
  `${definition.eventIdFields.map(csvCell).join(',')}\r\n`;

interface CsvRow {
  readonly record: readonly string[];
  /** From 1, the header. */
  readonly row: number;
}

interface RawRecord {
  readonly record: string[];
  readonly raw: string;
}

function parseRows(text: string): CsvRow[] {
  const options = {
    bom: true,
    raw: true,
    relax_column_count: true,
    // All of them at once: a template from here (CRLF) is often filled in by tools that write LF.
    record_delimiter: ['\r\n', '\n', '\r'],
  };
  try {
    const records = parse(text, options) as unknown as RawRecord[];
    // Blank lines at the end are how editors end files; anywhere else they are rows without an id.
    const end = records.findLastIndex(({ raw }) => raw.trim() !== '') + 1;
    return records.slice(0, end).map(({ record }, at) => ({ record, row: at + 1 }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new WeirError('invalid', 'BACKFILL_MALFORMED', `The file is not CSV: ${cause.message}`, { cause });
  }
}

function checkHeader(header: readonly string[], names: readonly string[]): void {
  const same = header.length === names.length && names.every((name) => header.includes(name));
  if (same) return;
  const message = `The header must have the columns ${names.join(', ')}; it has ${header.join(', ') || 'none'}.`;
  const problems = [{ pointer: '/rows/1', code: 'BACKFILL_HEADER_MISMATCH', message }];
  throw new WeirError('invalid', 'BACKFILL_HEADER_MISMATCH', message, { problems });
}

/** What a spreadsheet would run as a formula; an id never begins so by intention. */
const FORMULA = /^[=+@]/u;

function cellProblems(cells: readonly string[], names: readonly string[], row: number): Problem[] {
  return cells.flatMap((cell, at): Problem[] => {
    const pointer = jsonPointer('rows', row, names[at] ?? at);
    const place = `Row ${row}, column '${names[at]}'`;
    if (cell.trim() === '')
      return [{ pointer, code: 'BACKFILL_EMPTY_ID', message: `${place}: the id is empty.` }];
    if (!FORMULA.test(cell)) return [];
    return [{ pointer, code: 'BACKFILL_FORMULA', message: `${place}: the cell begins like a formula.` }];
  });
}

function readRow(
  definition: EventDefinition,
  order: readonly number[],
  { record, row }: CsvRow,
): { readonly values: readonly CanonicalValue[] } | { readonly problems: Problem[] } {
  const names = definition.eventIdFields;
  if (record.length !== names.length) {
    const message = `Row ${row} has ${record.length} columns, not ${names.length}.`;
    return { problems: [{ pointer: jsonPointer('rows', row), code: 'BACKFILL_ROW_INVALID', message }] };
  }
  const cells = order.map((at) => record[at]!);
  const problems = cellProblems(cells, names, row);
  if (problems.length > 0) return { problems };
  const read = readEventId(definition, cells);
  if ('values' in read) return read;
  return {
    problems: read.problems.map(({ pointer, message }) => ({
      pointer: jsonPointer('rows', row) + pointer,
      code: 'BACKFILL_ID_INVALID',
      message: `Row ${row}: ${message}`,
    })),
  };
}

/** The ids of the file, in its order; throws every problem of the file at once. */
export function readDeleteFile(definition: EventDefinition, text: string): (readonly CanonicalValue[])[] {
  const [header, ...rows] = parseRows(text);
  const names = definition.eventIdFields;
  checkHeader(header?.record ?? [], names);
  const order = names.map((name) => header!.record.indexOf(name));
  const ids: (readonly CanonicalValue[])[] = [];
  const problems: Problem[] = [];
  if (rows.length > BACKFILL_ROWS_MAX) {
    const message = `The file has ${rows.length} rows; at most ${BACKFILL_ROWS_MAX} are read.`;
    problems.push({ pointer: '/rows', code: 'BACKFILL_TOO_MANY_ROWS', message });
  }
  for (const row of rows) {
    const read = readRow(definition, order, row);
    if ('values' in read) ids.push(read.values);
    else problems.push(...read.problems);
  }
  throwIfProblems(
    problems.slice(0, PROBLEMS_MAX),
    'BACKFILL_INVALID',
    'The file has errors; nothing was deleted.',
  );
  return ids;
}
