// Owns which reader a field has.
import { DECIMAL_SCALE_DEFAULT, type EventField } from '../types.ts';
import { decimalReader } from './decimal.ts';
import { dateReader, instantReader } from './instant.ts';
import { readInteger } from './integer.ts';
import { readJson, readJsonText } from './json.ts';
import { readBoolean, readString } from './text.ts';
import { compileFormat, type TimeParser } from './time-format.ts';
import type { ValueReader } from './value-problem.ts';

/** What decides how a value is read. */
export type ReadableField = Pick<EventField, 'type' | 'scale' | 'format'>;

/**
 * The reader of a field. `typed` values come from JSON with a type of their own; `text` values (CSV, XML,
 * URLs) are all text, and blanks around a value that is not a string mean nothing.
 */
export function fieldReader(field: ReadableField, timeZone: string, origin: 'typed' | 'text'): ValueReader {
  const read = readerOf(field, timeZone, origin);
  if (origin === 'typed' || field.type === 'string') return read;
  return (raw) => read(typeof raw === 'string' ? raw.trim() : raw);
}

function readerOf(field: ReadableField, timeZone: string, origin: 'typed' | 'text'): ValueReader {
  switch (field.type) {
    case 'string':
      return readString;
    case 'boolean':
      return readBoolean;
    case 'integer':
      return readInteger;
    case 'decimal':
      return decimalReader(field.scale ?? DECIMAL_SCALE_DEFAULT);
    case 'datetime':
      return instantReader(timeZone, parserOf(field));
    case 'date':
      return dateReader(parserOf(field));
    case 'json':
      return origin === 'text' ? readJsonText : readJson;
  }
}

/** The field's format as a parser. A definition with a bad format does not pass validateDefinition. */
function parserOf({ format, type }: ReadableField): TimeParser | undefined {
  if (format === undefined) return undefined;
  const compiled = compileFormat(format, type);
  if ('problem' in compiled) throw new RangeError(`format "${format}" ${compiled.problem}`);
  return compiled.parse;
}
