// Owns the nouns of event definitions. Imported by every folder; imports nothing.

/** The types a field can have; `datetime` is a UTC instant with microseconds, `decimal` has 38 digits. */
export const FIELD_TYPES = ['string', 'integer', 'decimal', 'boolean', 'datetime', 'date', 'json'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export const DECIMAL_DIGITS_MAX = 38;
export const DECIMAL_SCALE_MAX = 18;
export const DECIMAL_SCALE_DEFAULT = 12;

export interface EventField {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  /** Digits after the point; present exactly for `decimal`, 0 to 18. */
  readonly scale?: number;
  /** How a `datetime` or `date` is written; without one the formats of docs/reference are tried in order. */
  readonly format?: string;
  readonly description?: string;
}

export interface EventDefinition {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly version: number;
  readonly fields: readonly EventField[];
  /** Names of fields, or the pseudo-fields `$file` and `$line`. */
  readonly eventIdFields: readonly string[];
  /** Name of a `datetime` field; required for a definition that a store uses. */
  readonly eventTimeField?: string;
  /** IANA zone in which texts without a zone are read. */
  readonly timeZone: string;
}

/** Pseudo-fields that an imported file provides: its name and the line of the row (the header is line 1). */
export const FILE_FIELD = '$file';
export const LINE_FIELD = '$line';

/**
 * A value as the door hands it on: text in canonical form, or null. Integers and decimals without exponent,
 * sign of zero, leading or trailing zeros; `datetime` as `yyyy-MM-ddTHH:mm:ss.ffffffZ`; `date` as
 * `yyyy-MM-dd`; `boolean` as `true` or `false`; `json` with sorted keys and no white space.
 */
export type CanonicalValue = string | null;

/** One field of a store and the physical column that holds it; users' names never become SQL. */
export interface Column {
  readonly name: string;
  readonly type: FieldType;
  readonly scale?: number;
  readonly required: boolean;
  /** `t` for the event time, `src_file` and `src_line` for the pseudo-fields, else `f1`, `f2`, ... by position. */
  readonly column: string;
}

/** The columns of a store of this definition, in field order, the pseudo-fields (if used as id) last. */
export function columnsOf(
  definition: Pick<EventDefinition, 'fields' | 'eventIdFields' | 'eventTimeField'>,
): Column[] {
  const columns: Column[] = definition.fields.map((field, index) => ({
    name: field.name,
    type: field.type,
    ...(field.type === 'decimal' ? { scale: field.scale ?? DECIMAL_SCALE_DEFAULT } : {}),
    required: field.required,
    column: field.name === definition.eventTimeField ? 't' : `f${index + 1}`,
  }));
  if (definition.eventIdFields.includes(FILE_FIELD)) {
    columns.push({ name: FILE_FIELD, type: 'string', required: true, column: 'src_file' });
  }
  if (definition.eventIdFields.includes(LINE_FIELD)) {
    columns.push({ name: LINE_FIELD, type: 'integer', required: true, column: 'src_line' });
  }
  return columns;
}
