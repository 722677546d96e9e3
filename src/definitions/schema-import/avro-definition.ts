// Owns what an Avro schema becomes as a definition: each field of the record is a field.
import { parseAvroSchema } from '../avro/parse-schema.ts';
import type { AvroField, AvroType, LogicalType } from '../avro/schema-model.ts';
import { jsonPointer } from '../json-pointer.ts';
import {
  DECIMAL_DIGITS_MAX,
  DECIMAL_SCALE_DEFAULT,
  DECIMAL_SCALE_MAX,
  type EventField,
  type FieldType,
} from '../types.ts';
import { WeirError } from '../../errors.ts';
import { importedDefinition, type ImportedDefinition, type ImportedField } from './imported-definition.ts';
import type { ImportNote } from './imported-definition.ts';

/** A type of ours, and what it does not say of the other. */
interface Mapped {
  readonly type: FieldType;
  readonly scale?: number;
  readonly note?: string;
}

/** Proposes a definition from an Avro schema (parsed JSON). Throws as parseAvroSchema and importedDefinition do. */
export function avroDefinition(schema: unknown): ImportedDefinition {
  const type = parseAvroSchema(schema);
  if (type.kind !== 'record') {
    const message = `An event is a record; the schema is of type ${type.kind}.`;
    const problems = [{ pointer: '', code: 'SCHEMA_INVALID', message }];
    throw new WeirError('invalid', 'SCHEMA_INVALID', message, { problems });
  }
  const notes: ImportNote[] = [];
  const fields = type.fields.map((field, index) => importedField(field, ['fields', index], notes));
  return importedDefinition({
    name: type.name.slice(type.name.lastIndexOf('.') + 1),
    description: type.doc,
    fields,
    notes,
    problems: [],
  });
}

function importedField(
  { name, type, doc }: AvroField,
  at: readonly (string | number)[],
  notes: ImportNote[],
): ImportedField {
  const branches = type.kind === 'union' ? type.branches : [type];
  const { note, ...mapped } = mapBranches(branches.filter(({ kind }) => kind !== 'null'));
  if (note !== undefined) notes.push({ pointer: jsonPointer(...at), message: note });
  const required = !branches.some(({ kind }) => kind === 'null');
  const description = doc === undefined ? {} : { description: doc };
  const field: EventField = { name, ...mapped, required, ...description };
  return { at, field };
}

function mapBranches(branches: readonly AvroType[]): Mapped {
  const [only, ...others] = branches;
  if (!only) return { type: 'string', note: 'Only null is allowed: kept as a text without a value.' };
  const mapped = mapType(only);
  if (others.length === 0) return mapped;
  if (branches.every((branch) => mapType(branch).type === mapped.type && mapped.scale === undefined)) {
    return mapped;
  }
  return { type: 'json', note: 'A union of several types: kept as json.' };
}

function mapType(type: AvroType): Mapped {
  switch (type.kind) {
    case 'null':
    case 'string':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'int':
    case 'long':
      return type.logical ? mapLogical(type.logical) : { type: 'integer' };
    case 'float':
    case 'double':
      return { type: 'decimal', scale: DECIMAL_SCALE_DEFAULT, note: FLOAT_NOTE };
    case 'bytes':
    case 'fixed':
      return type.logical ? mapLogical(type.logical) : { type: 'string', note: 'Bytes: kept as base64.' };
    case 'enum':
      return { type: 'string', note: `Not checked: one of ${shortList(type.symbols)}.` };
    case 'record':
    case 'array':
    case 'map':
      return { type: 'json', note: `A nested ${type.kind}: kept as json.` };
    case 'union':
      return mapBranches(type.branches);
  }
}

const FLOAT_NOTE =
  `A binary float: read by its shortest decimal text; a value with more than ${DECIMAL_SCALE_DEFAULT} ` +
  'decimals is rejected, unless you give the field more scale.';

function mapLogical(logical: LogicalType): Mapped {
  switch (logical.name) {
    case 'decimal':
      return mapDecimal(logical.precision, logical.scale);
    case 'uuid':
      return { type: 'string' };
    case 'date':
      return { type: 'date' };
    case 'timestamp-millis':
    case 'timestamp-micros':
      return { type: 'datetime' };
    case 'timestamp-nanos':
      return { type: 'datetime', note: 'Nanoseconds: cut to microseconds.' };
    case 'local-timestamp-millis':
    case 'local-timestamp-micros':
    case 'local-timestamp-nanos':
      return { type: 'datetime', note: 'A time without a zone: read in the zone of the definition.' };
    case 'time-millis':
    case 'time-micros':
      return { type: 'string', note: 'A time of day: kept as text, HH:mm:ss.ffffff.' };
    case 'duration':
      return { type: 'string', note: 'A duration: kept as text, P1M2DT3.004S.' };
  }
}

/** A decimal of the schema may be wider than ours: then the values that are will be rejected. */
function mapDecimal(precision: number, scale: number): Mapped {
  const wide = [
    ...(precision > DECIMAL_DIGITS_MAX ? [`${precision} digits; a field holds ${DECIMAL_DIGITS_MAX}`] : []),
    ...(scale > DECIMAL_SCALE_MAX ? [`${scale} decimals; a field holds ${DECIMAL_SCALE_MAX}`] : []),
  ];
  const note = `A decimal of ${wide.join(', and ')}: larger values are rejected.`;
  const fitting = { type: 'decimal' as const, scale: Math.min(scale, DECIMAL_SCALE_MAX) };
  return wide.length === 0 ? fitting : { ...fitting, note };
}

const SHOWN_MAX = 10;
const shortList = (texts: readonly string[]): string =>
  texts.slice(0, SHOWN_MAX).join(', ') + (texts.length > SHOWN_MAX ? ', ...' : '');
