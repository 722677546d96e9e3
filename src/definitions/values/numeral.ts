// Owns numbers as text: what a numeral is, and its value as digits and an exponent. No float is involved.

/** A number literal whose digits a JavaScript number could not keep. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** `digits` times ten to the `exponent`; digits without leading or trailing zeros, empty for zero. */
export interface Numeral {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const NUMERAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const ZERO: Numeral = { negative: false, digits: '', exponent: 0 };

/** Reads `12`, `-0.50`, `+1.5e3`, `.5`; undefined for anything else (`NaN`, `1,000`, blanks). */
export function parseNumeral(text: string): Numeral | undefined {
  const match = NUMERAL.exec(text);
  if (!match) return undefined;
  const fraction = match[3] ?? '';
  const all = match[2] + fraction;
  if (all === '') return undefined;
  let start = 0;
  while (all.charCodeAt(start) === 48) start++;
  if (start === all.length) return ZERO;
  let end = all.length;
  while (all.charCodeAt(end - 1) === 48) end--;
  const exponent = Number(match[4] ?? '0') - fraction.length + (all.length - end);
  return { negative: match[1] === '-', digits: all.slice(start, end), exponent };
}

/** How many digits stand before the point in plain notation (0 for 0.5, negative for 0.05). */
export const pointPosition = (numeral: Numeral): number => numeral.digits.length + numeral.exponent;

/** Plain notation, without exponent. Only for numerals whose size the caller has bounded. */
export function plainText({ negative, digits, exponent }: Numeral): string {
  if (digits === '') return '0';
  const point = digits.length + exponent;
  const sign = negative ? '-' : '';
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  if (point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${sign}0.${'0'.repeat(-point)}${digits}`;
}

/** The text of a raw number: a JavaScript number (exact up to 15 digits), a kept literal, or a text. */
export function numeralText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number') return String(raw);
  return raw instanceof NumberText ? raw.text : undefined;
}
