// Owns how a value reader says no: an object instead of an exception, since readers are the hot path.

/** Why a value cannot be read; the text continues the sentence "field "x": ...". */
export interface ValueProblem {
  readonly problem: string;
}

/** Reads one raw value (never null) into canonical text (types.ts), or says why it cannot. */
export type ValueReader = (raw: unknown) => string | ValueProblem;

const SHOWN_CHARACTERS = 60;

/** The value as it may stand in a message: JSON, cut where it is long. */
export function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : String(raw);
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
  return typeof raw === 'string' ? JSON.stringify(cut) : cut;
}

/** The name of a raw value's JSON type, for messages. */
export function typeName(raw: unknown): string {
  if (raw === null) return 'null';
  if (Array.isArray(raw)) return 'an array';
  if (typeof raw === 'boolean') return 'a boolean';
  if (typeof raw === 'number') return 'a number';
  if (typeof raw === 'string') return 'a text';
  return 'an object';
}
