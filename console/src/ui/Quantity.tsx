import { groupDigits } from '../format/digits.ts';

/** An exact quantity (text) with its digits grouped. */
export function Quantity({ value }: { readonly value: string | null | undefined }) {
  if (value === null || value === undefined) return <span className="text-ink-faint">–</span>;
  return <span className="tabular-nums">{groupDigits(value)}</span>;
}
