// Owns what an Avro schema is once it has been read: a tree of types, names resolved.

/** What the bytes of a type mean, where the schema says more than the type does. */
export type LogicalType =
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly name: Exclude<LogicalName, 'decimal'> };

export const LOGICAL_NAMES = [
  'decimal',
  'uuid',
  'date',
  'time-millis',
  'time-micros',
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
  'local-timestamp-nanos',
  'duration',
] as const;
export type LogicalName = (typeof LOGICAL_NAMES)[number];

export const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export type Primitive = (typeof PRIMITIVES)[number];

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  readonly doc?: string;
}

/** A record may hold itself, so its fields are filled in after it has its name. */
export interface AvroRecord {
  readonly kind: 'record';
  readonly name: string;
  readonly doc?: string;
  readonly fields: AvroField[];
}

export type AvroType =
  | { readonly kind: Primitive; readonly logical?: LogicalType }
  | { readonly kind: 'fixed'; readonly size: number; readonly logical?: LogicalType }
  | { readonly kind: 'enum'; readonly symbols: readonly string[]; readonly doc?: string }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | AvroRecord;
