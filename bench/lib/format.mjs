// Owns how figures are written in the tables.
import { median } from './measure.mjs';

/** `1,234,567` */
export const grouped = (value) => Math.round(value).toLocaleString('en-US');

/** Milliseconds as `12.3 ms`, `345 ms` or `6.78 s`. */
export function duration(ms) {
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** A share of one as `0.73`. */
export const ratio = (value) => value.toFixed(2);

export const percent = (share) => `${(share * 100).toFixed(1)} %`;

export const megabytes = (bytes) => `${grouped(bytes / 1e6)} MB`;

/** The median, and from the lowest to the highest: two cells of a table. */
export function spread(values, write) {
  return [write(median(values)), `${write(Math.min(...values))} to ${write(Math.max(...values))}`];
}

/** A table in Markdown, its columns padded so that it reads as text too. */
export function markdownTable(head, rows) {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
