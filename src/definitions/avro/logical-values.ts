// Owns the raw values of Avro's logical types: exact texts, as the readers of fields take them.
import { epochText } from '../values/civil-time.ts';
import { NumberText } from '../values/numeral.ts';
import type { LogicalName } from './schema-model.ts';

const SECONDS_PER_DAY = 86_400;
const MICROS_PER_SECOND = 1_000_000n;
const NANOS_PER_MICRO = 1_000n;
const MICROS_PER_MILLI = 1_000n;

const floorDivision = (value: bigint, divisor: bigint): bigint => {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
};

/** What is said of a time outside the years 1 to 9999; no reader takes it for one. */
const outside = (value: bigint, unit: string): string => `${value} ${unit} since 1970`;

/** `yyyy-MM-dd` of days since 1970. */
export function dateText(days: bigint): string {
  // Beyond this it is no day of the calendar, and a float could not count its seconds.
  const inRange = days > -1_000_000n && days < 10_000_000n;
  const text = inRange ? epochText(Number(days) * SECONDS_PER_DAY, '') : undefined;
  return text === undefined ? outside(days, 'days') : text.slice(0, 10);
}

/** An instant in the unit of its type; without `Z` where the type has no zone. */
export function timestampText(value: bigint, name: LogicalName): string {
  const micros = name.endsWith('millis')
    ? value * MICROS_PER_MILLI
    : name.endsWith('nanos')
      ? floorDivision(value, NANOS_PER_MICRO)
      : value;
  const seconds = floorDivision(micros, MICROS_PER_SECOND);
  const rest = String(micros - seconds * MICROS_PER_SECOND).padStart(6, '0');
  const text = epochText(Number(seconds), rest);
  if (text === undefined) return outside(micros, 'microseconds');
  return name.startsWith('local') ? text.slice(0, -1) : text;
}

/** `HH:mm:ss.ffffff` of microseconds since midnight; the number itself where no clock shows it. */
export function clockText(micros: bigint): string {
  const seconds = floorDivision(micros, MICROS_PER_SECOND);
  if (seconds < 0n || seconds >= BigInt(SECONDS_PER_DAY)) return String(micros);
  const text = epochText(Number(seconds), String(micros % MICROS_PER_SECOND).padStart(6, '0')) ?? '';
  return text.slice('1970-01-01T'.length, -1);
}

/** More digits than any field holds; the value of a larger one would take long to write out. */
const DECIMAL_BYTES_MAX = 64;

/** The number in two's complement, most significant byte first, with `scale` digits after its point. */
export function decimalOf(bytes: Buffer, scale: number): NumberText | string {
  if (bytes.length === 0) return new NumberText('0');
  if (bytes.length > DECIMAL_BYTES_MAX) return `a decimal of ${bytes.length} bytes`;
  const unsigned = BigInt(`0x${bytes.toString('hex')}`);
  const value = (bytes[0] ?? 0) < 0x80 ? unsigned : unsigned - (1n << BigInt(8 * bytes.length));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return new NumberText(value < 0n ? `-${text}` : text);
}

/** The shortest decimal that reads back as the same 32-bit float: 0.1 and not 0.10000000149011612. */
export function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** `8-4-4-4-12` hexadecimal digits. */
export const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');

/** ISO 8601: months, days and milliseconds do not count into each other. */
export function durationText(bytes: Buffer): string {
  const millis = bytes.readUInt32LE(8);
  const seconds = `${Math.floor(millis / 1_000)}.${String(millis % 1_000).padStart(3, '0')}`;
  return `P${bytes.readUInt32LE(0)}M${bytes.readUInt32LE(4)}DT${seconds}S`;
}
