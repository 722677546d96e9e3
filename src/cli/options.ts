// Owns the options that several commands share, and how their texts are read.
import { InvalidArgumentError } from 'commander';
import { usageError } from './cli-error.ts';
import type { Scope } from './api-types.ts';

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`a whole number from ${min} to ${max} is expected.`);
  };
}

export interface ScopeOptions {
  readonly all?: boolean;
  readonly from?: string;
  readonly to?: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The data scope: `--all`, or `--from` and `--to`. Two dates mean both days whole, in the store's time zone;
 * two instants mean from the first up to, not including, the second.
 */
export function scopeOf({ all, from, to }: ScopeOptions): Scope | undefined {
  if (from === undefined && to === undefined) return all === true ? { kind: 'all' } : undefined;
  if (all === true) throw usageError('--all and --from/--to exclude each other');
  if (from === undefined || to === undefined) throw usageError('a time frame needs both --from and --to');
  if (DATE.test(from) !== DATE.test(to)) {
    throw usageError('--from and --to must both be dates (2026-09-01) or both be instants');
  }
  return DATE.test(from)
    ? { kind: 'timeFrame', startDate: from, endDate: to }
    : { kind: 'timeFrame', from, to };
}
