// Owns what a sample says about one field: which types can read every value that was seen.
import { createHash } from 'node:crypto';
import { DECIMAL_DIGITS_MAX, DECIMAL_SCALE_DEFAULT, DECIMAL_SCALE_MAX, type EventField } from '../types.ts';
import { canonicalDecimal } from '../values/decimal.ts';
import { fieldReader } from '../values/field-reader.ts';
import { canonicalJson } from '../values/json.ts';
import { numeralText } from '../values/numeral.ts';
import type { ValueReader } from '../values/value-problem.ts';
import { namesCode, namesTime } from './field-names.ts';

/** In the order of preference: a later type is proposed only where no earlier one reads every value. */
const CANDIDATES = ['boolean', 'integer', 'decimal', 'date', 'datetime', 'string', 'json'] as const;
type Candidate = (typeof CANDIDATES)[number];

/** A number as it would be written again; `007` and `+1` are codes or texts. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const EPOCH_SECONDS = { from: 946_684_800, to: 4_102_444_800 }; // 2000 to 2100

export class FieldProfile {
  readonly name: string;
  readonly #origin: 'typed' | 'text';
  readonly #readers: Readonly<Record<Candidate, ValueReader>>;
  readonly #possible = new Set<Candidate>(CANDIDATES);
  readonly #distinct = new Set<string>();
  #count = 0;
  #scale = 0;
  #wholeDigits = 1;
  /** Every value may be an epoch number of this century. */
  #epoch = true;
  #allText = true;

  constructor(name: string, origin: 'typed' | 'text') {
    this.name = name;
    this.#origin = origin;
    const reader = (type: Candidate): ValueReader => fieldReader({ type }, 'UTC', origin);
    this.#readers = {
      boolean: reader('boolean'),
      integer: reader('integer'),
      decimal: reader('decimal'),
      date: reader('date'),
      datetime: reader('datetime'),
      string: reader('string'),
      json: reader('json'),
    };
  }

  /** Events in which the field has a value, and how many different ones. */
  get count(): number {
    return this.#count;
  }
  get distinct(): number {
    return this.#distinct.size;
  }

  /** Takes a value into account; never null. */
  add(raw: unknown): void {
    this.#count++;
    this.#distinct.add(shortKey(numeralText(raw) ?? canonicalText(raw)));
    if (typeof raw !== 'string') this.#allText = false;
    for (const type of this.#possible) {
      if (!this.#reads(type, raw)) this.#possible.delete(type);
    }
    this.#epoch &&= isEpoch(numeralText(raw));
  }

  /** The proposed field; required where each of `events` events has a value. */
  field(events: number): EventField {
    const required = this.#count === events;
    const type = this.#type();
    if (type !== 'decimal') return { name: this.name, type, required };
    const scale = Math.max(
      this.#scale,
      Math.min(DECIMAL_SCALE_DEFAULT, DECIMAL_DIGITS_MAX - this.#wholeDigits),
    );
    return { name: this.name, type, required, scale };
  }

  #type(): Candidate {
    if (this.#count === 0) return 'string';
    const type = CANDIDATES.find((candidate) => this.#possible.has(candidate)) ?? 'string';
    if (type === 'integer' || type === 'decimal') {
      if (this.#epoch && namesTime(this.name)) return 'datetime';
      const tooWide = this.#scale + this.#wholeDigits > DECIMAL_DIGITS_MAX;
      if (this.#allText && (tooWide || (type === 'integer' && namesCode(this.name)))) return 'string';
    }
    // Text that is JSON every time is more than a string.
    return type === 'string' && this.#origin === 'text' && this.#possible.has('json') ? 'json' : type;
  }

  #reads(type: Candidate, raw: unknown): boolean {
    const text = numeralText(raw)?.trim();
    const value =
      type === 'decimal' && text !== undefined
        ? // Scale and whole digits share the digits of the type; how, is decided when all are known.
          canonicalDecimal(text, DECIMAL_SCALE_MAX, DECIMAL_DIGITS_MAX)
        : this.#readers[type](raw);
    if (typeof value !== 'string') return false;
    switch (type) {
      case 'integer':
        return text !== undefined && PLAIN_NUMBER.test(text) && !text.includes('.');
      case 'decimal':
        this.#measure(value);
        return text !== undefined && PLAIN_NUMBER.test(text);
      case 'date':
      case 'datetime':
        // A number is a time only by its name, and a time at midnight is more than a date.
        return (
          typeof raw === 'string' && /[-/]/.test(raw.slice(1)) && (type !== 'date' || !raw.includes(':'))
        );
      case 'json':
        return this.#origin === 'typed' || /^\s*[[{]/.test(String(raw));
      case 'boolean':
      case 'string':
        return true;
    }
  }

  #measure(decimal: string): void {
    const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
    this.#scale = Math.max(this.#scale, fraction.length);
    this.#wholeDigits = Math.max(this.#wholeDigits, whole.length);
  }
}

const KEY_CHARACTERS_MAX = 64;

/** The same for the same text, and short: five thousand values of a megabyte each are not kept. */
const shortKey = (text: string): string =>
  text.length <= KEY_CHARACTERS_MAX ? text : createHash('sha256').update(text).digest('base64');

function canonicalText(raw: unknown): string {
  const text = canonicalJson(raw);
  return typeof text === 'string' ? text : text.problem;
}

/** A guess about magnitudes, so a float will do. */
function isEpoch(text: string | undefined): boolean {
  const number = Number(text);
  const seconds = number >= EPOCH_SECONDS.to ? number / 1_000 : number;
  return seconds >= EPOCH_SECONDS.from && seconds < EPOCH_SECONDS.to;
}
