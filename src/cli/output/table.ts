// Owns plain text tables: columns set by their widest cell, decimals below each other.
import pc from 'picocolors';
import { alignDecimals } from './decimal-text.ts';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right' | 'decimal';
}

/** The lines of a table. Cells are plain text; `style` colours a whole cell after it has been padded. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: (cell: string, column: number, row: number) => string = (cell) => cell,
): string[] {
  const cells = columns.map((column, index) => {
    const texts = rows.map((row) => printable(row[index] ?? ''));
    return column.align === 'decimal' ? alignDecimals(texts) : texts;
  });
  const widths = columns.map((column, index) =>
    Math.max(width(column.title), ...(cells[index] ?? []).map((text) => width(text))),
  );
  const line = (texts: readonly string[], paint: (cell: string, column: number) => string): string =>
    texts
      .map((text, index) => paint(padded(text, widths[index] ?? 0, columns[index]?.align), index))
      .join('  ')
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      (cell) => pc.dim(cell),
    ),
    ...rows.map((_, row) =>
      line(
        cells.map((column) => column[row] ?? ''),
        (cell, column) => style(cell, column, row),
      ),
    ),
  ];
}

function padded(text: string, size: number, align: TableColumn['align']): string {
  const space = ' '.repeat(Math.max(0, size - width(text)));
  return align === 'right' || align === 'decimal' ? space + text : text + space;
}

/** Made when first needed: loading its data takes 50 ms. */
let letters: Intl.Segmenter | undefined;

const ASCII = /^[ -~]*$/;

/** Letters as people count them: one may be several units of a string. */
function width(text: string): number {
  if (ASCII.test(text)) return text.length;
  letters ??= new Intl.Segmenter();
  return [...letters.segment(text)].length;
}

/** Text from events may hold anything; control characters would steer the reader's terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{FFFD}');
}
