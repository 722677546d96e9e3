// Owns canonical times as the numbers of a load file: days and microseconds since 1970.
import type { ByteWriter } from './byte-writer.ts';

const SECONDS_PER_DAY = 86_400;
/** Up to here (the year 2255) microseconds are exact as a JavaScript number. */
const EXACT_SECONDS = 9_000_000_000;

/** Days since 1970 of a text that begins with `yyyy-MM-dd`. */
export function dayOf(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  // The year begins in March here, so that a leap day is its last.
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + digits(text, 8, 10) - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

/** Writes `yyyy-MM-ddTHH:mm:ss.ffffffZ` as microseconds since 1970. */
export function writeMicros(out: ByteWriter, text: string): void {
  const clock = digits(text, 11, 13) * 3_600 + digits(text, 14, 16) * 60 + digits(text, 17, 19);
  const seconds = dayOf(text) * SECONDS_PER_DAY + clock;
  const micros = digits(text, 20, 26);
  if (Math.abs(seconds) < EXACT_SECONDS) out.int64(seconds * 1_000_000 + micros);
  else out.bigInt64(BigInt(seconds) * 1_000_000n + BigInt(micros));
}

function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}
