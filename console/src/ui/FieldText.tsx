import type { FieldValue } from '../api/types.ts';

/** The value of an event's field, exactly as the API gives it; no value is told from an empty text. */
export function FieldText({ value }: { readonly value: FieldValue | undefined }) {
  if (value === null || value === undefined) return <span className="text-ink-faint">null</span>;
  if (value === '') return <span className="text-ink-faint">(empty)</span>;
  return <>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</>;
}
