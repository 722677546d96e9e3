// Owns ids: a prefix that tells the type, and text that cannot be guessed.
import { randomBytes } from 'node:crypto';

/** Every prefix that an id may have; names may not begin with one of them and an underscore. */
export const ID_PREFIXES = [
  'ed', // event definition
  'es', // event store
  'bf', // backfill
  'fl', // file
  'im', // import
  'pt', // pending table
  'key', // API key
  'mt', // meter
  'mv', // version of a meter
  'rn', // run
  'run', // kept free for runs too
  'ur', // usage record
  'uo', // owner of usage records
  'lt', // lookup table
  'ul', // usage lock
  'rej', // rejected event
] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const TEXT_LENGTH = 16;

/** `prefix_` and 16 characters of base32: 80 bits from the system's random source. */
export function newId(prefix: IdPrefix): string {
  const text = Array.from(randomBytes(TEXT_LENGTH), (byte) => ALPHABET[byte & 31]).join('');
  return `${prefix}_${text}`;
}
