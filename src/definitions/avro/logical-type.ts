// Owns which logical types are understood, and of which types. As the specification says, a reader takes
// one that it does not know, or that does not fit its type, for the plain type.
import { LOGICAL_NAMES, type LogicalName, type LogicalType } from './schema-model.ts';

/** A type as the schema writes it. */
type Written = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<LogicalName, readonly string[]>> = {
  decimal: ['bytes', 'fixed'],
  uuid: ['string', 'fixed'],
  date: ['int'],
  'time-millis': ['int'],
  'time-micros': ['long'],
  'timestamp-millis': ['long'],
  'timestamp-micros': ['long'],
  'timestamp-nanos': ['long'],
  'local-timestamp-millis': ['long'],
  'local-timestamp-micros': ['long'],
  'local-timestamp-nanos': ['long'],
  duration: ['fixed'],
};
/** Bytes that a fixed type must have to be one of these. */
const FIXED_SIZES: ReadonlyMap<LogicalName, number> = new Map([
  ['uuid', 16],
  ['duration', 12],
]);

/** The logical type of a written type of this kind, if it has one that is understood. */
export function logicalTypeOf(written: Written, kind: string): LogicalType | undefined {
  const name = LOGICAL_NAMES.find((known) => known === written['logicalType']);
  if (name === undefined || !KINDS[name].includes(kind)) return undefined;
  const size = FIXED_SIZES.get(name);
  if (kind === 'fixed' && size !== undefined && size !== written['size']) return undefined;
  return name === 'decimal' ? decimalOf(written) : { name };
}

function decimalOf({ precision, scale = 0 }: Written): LogicalType | undefined {
  if (!isCount(precision) || !isCount(scale) || precision < 1 || scale > precision) return undefined;
  return { name: 'decimal', precision, scale };
}

/** Larger ones than this belong to no number that anybody counts with. */
const DIGITS_MAX = 1_000;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= DIGITS_MAX;
