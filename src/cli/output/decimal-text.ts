// Owns how exact numbers are shown. They come as text and stay text: no float ever holds one.
import { Big } from 'big.js';

/** "1234567.5" -> "1,234,567.5". Text that is no plain decimal is left as it is. */
export function groupDigits(text: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = ''] = match;
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + fraction;
}

/** `after - before`, with its sign shown; "" when nothing changed. Null counts as zero. */
export function differenceText(before: string | null, after: string | null): string {
  const difference = new Big(after ?? '0').minus(before ?? '0');
  if (difference.eq(0)) return '';
  return `${difference.gt(0) ? '+' : '-'}${groupDigits(difference.abs().toFixed())}`;
}

/** Pads each text on the right so that, set flush right, the decimal points stand below each other. */
export function alignDecimals(texts: readonly string[]): string[] {
  const tails = texts.map((text) =>
    /\d/.test(text) && text.includes('.') ? text.length - text.indexOf('.') : 0,
  );
  const longest = Math.max(0, ...tails);
  return texts.map((text, index) => text + ' '.repeat(longest - (tails[index] ?? 0)));
}

/** `1 usage record`, `1,000 usage records`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A count with its thousands marked. */
export function countText(count: number): string {
  return groupDigits(String(count));
}
