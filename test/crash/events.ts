// The events of the crash suite, and what one knows of them without asking Weir.
import type { Random } from './random.ts';

export interface CrashEvent {
  readonly id: string;
  readonly at: string;
  readonly account: string;
  /** Canonical decimal text. */
  readonly units: string;
  /** The request that wrote this content last. */
  readonly batch: string;
}

export const definition = {
  name: 'crash',
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'datetime', required: true },
    { name: 'account', type: 'string', required: true },
    { name: 'units', type: 'decimal', required: true },
    { name: 'batch', type: 'string', required: true },
  ],
  eventIdFields: ['id'],
  eventTimeField: 'at',
};

const ACCOUNTS = ['Aster "Robotics"', "Bólt's", 'Carbon; DROP TABLE events', 'D', '东方', '🐟'];
/** Far apart, so that a replay has many slices: one spans ten years at most. */
export const YEARS = ['1972', '1983', '1994', '2005', '2016', '2027', '2038', '2049', '2060', '2071'];

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Content for this id: new, or in place of what it had. */
export function randomEvent(random: Random, id: string, batch: string): CrashEvent {
  const month = twoDigits(1 + random.below(2));
  const day = twoDigits(1 + random.below(3));
  const time = [24, 60, 60].map((limit) => twoDigits(random.below(limit))).join(':');
  const micros = String(random.below(1_000_000)).padStart(6, '0');
  const scaled = BigInt(random.below(2 ** 31)) * BigInt(1 + random.below(2 ** 20));
  return {
    id,
    at: `${random.pick(YEARS)}-${month}-${day}T${time}.${micros}Z`,
    account: random.pick(ACCOUNTS),
    units: decimalText(scaled),
    batch,
  };
}

const SCALE = 6;

/** Canonical text of a number of millionths. */
export function decimalText(millionths: bigint): string {
  const digits = String(millionths).padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/u, '');
  return digits.slice(0, -SCALE) + (fraction === '' ? '' : `.${fraction}`);
}

const millionths = (text: string): bigint => {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole! + fraction.padEnd(SCALE, '0'));
};

/** Sums per account and period, in whole numbers: `account|period` to canonical text. */
export function sums(events: Iterable<CrashEvent>, period: 'day' | 'month'): Map<string, string> {
  const totals = new Map<string, bigint>();
  for (const { account, at, units } of events) {
    const key = `${account}|${at.slice(0, period === 'day' ? 10 : 7)}`;
    totals.set(key, (totals.get(key) ?? 0n) + millionths(units));
  }
  return new Map([...totals].map(([key, total]) => [key, decimalText(total)]));
}

export const sameEvent = (left: CrashEvent | undefined, right: CrashEvent | undefined): boolean =>
  left === right ||
  (left !== undefined &&
    right !== undefined &&
    left.at === right.at &&
    left.account === right.account &&
    left.units === right.units &&
    left.batch === right.batch);
