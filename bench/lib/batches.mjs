// Owns cutting a file of lines into bodies of requests, before anything is measured.
import { readFileSync } from 'node:fs';

const LINE_END = 10;

/** The file as bodies of `lines` lines each, `max` at most; they share its memory. */
export function readBatches(file, lines, max = Infinity) {
  const bytes = readFileSync(file);
  const batches = [];
  let start = 0;
  let count = 0;
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, end + 1)) {
    count += 1;
    if (count < lines) continue;
    batches.push(bytes.subarray(start, end + 1));
    if (batches.length === max) return batches;
    start = end + 1;
    count = 0;
  }
  if (start < bytes.length) batches.push(bytes.subarray(start));
  return batches;
}
