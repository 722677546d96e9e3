// Numbers as text. Quantities never become a double: grouping and subtraction work on the digits.

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** `1234567.8901` as `1,234,567.8901`. Text that is not a plain decimal is returned as it is. */
export function groupDigits(text: string): string {
  const match = DECIMAL.exec(text);
  if (!match) return text;
  const [, sign, whole = '', fraction] = match;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A count (a JSON number) with its digits grouped. */
export function groupCount(count: number): string {
  return groupDigits(String(count));
}

/** A size as people say it: whole KiB or MiB, or GiB with one decimal; nothing of note is a dash. */
export function byteText(bytes: number): string {
  if (bytes === 0) return '–';
  if (bytes < 1_048_576) return `${Math.ceil(bytes / 1_024)} KiB`;
  if (bytes < 1_073_741_824) return `${Math.ceil(bytes / 1_048_576)} MiB`;
  return `${(bytes / 1_073_741_824).toFixed(1)} GiB`;
}

/** `after - before`, exactly; undefined if either is not a plain decimal. Null counts as zero. */
export function difference(before: string | null, after: string | null): string | undefined {
  const from = DECIMAL.exec(before ?? '0');
  const to = DECIMAL.exec(after ?? '0');
  if (!from || !to) return undefined;
  const scale = Math.max(from[3]?.length ?? 0, to[3]?.length ?? 0);
  return atScale(unscaled(to, scale) - unscaled(from, scale), scale);
}

function unscaled([, sign, whole, fraction = '']: RegExpExecArray, scale: number): bigint {
  return BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
}

function atScale(value: bigint, scale: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 || fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

const FIGURE_SPACE = '\u2007';
const PUNCTUATION_SPACE = '\u2008';

/** What to put behind each number of a column, set flush right, so that their points stand below each other. */
export function decimalPadding(values: readonly unknown[]): string[] {
  const tails = values.map((value) =>
    typeof value === 'string' ? (DECIMAL.exec(value)?.[3]?.length ?? 0) : 0,
  );
  const longest = tails.reduce((most, tail) => Math.max(most, tail), 0);
  return tails.map(
    (tail) => (tail === 0 && longest > 0 ? PUNCTUATION_SPACE : '') + FIGURE_SPACE.repeat(longest - tail),
  );
}
