// Owns what the demo's figures must be, computed from the sample with bigint and without Weir: the
// independent half of "expected and got".
import type { ApiRequest, Sample } from './sample.ts';

/** Units per account, in millionths. */
export type Totals = ReadonlyMap<string, bigint>;

export interface ExpectedTotals {
  /** Before the late file. */
  readonly onTime: Totals;
  /** With the late file. */
  readonly complete: Totals;
  /** With the late file and without the load test. */
  readonly corrected: Totals;
}

export const UNITS_SCALE = 6;

/** The exact totals at the three moments at which the demo bills. */
export function expectedTotals(sample: Sample): ExpectedTotals {
  const wrong = new Set(sample.wrong.map((request) => request.requestId));
  const complete = [...sample.onTime, ...sample.late];
  return {
    onTime: totalsOf(sample.onTime),
    complete: totalsOf(complete),
    corrected: totalsOf(complete.filter((request) => !wrong.has(request.requestId))),
  };
}

/** Sum per account. */
export function totalsOf(requests: readonly ApiRequest[]): Totals {
  const totals = new Map<string, bigint>();
  for (const { account, microUnits } of requests) {
    totals.set(account, (totals.get(account) ?? 0n) + BigInt(microUnits));
  }
  return totals;
}

/** Millionths as the API writes a decimal: no trailing zeros, no exponent. */
export function unitsText(micro: bigint): string {
  const digits = (micro < 0n ? -micro : micro).toString().padStart(UNITS_SCALE + 1, '0');
  const fraction = digits.slice(-UNITS_SCALE).replace(/0+$/, '');
  const whole = digits.slice(0, -UNITS_SCALE);
  return `${micro < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The sum over all accounts. */
export function grandTotal(totals: Totals): bigint {
  return [...totals.values()].reduce((sum, value) => sum + value, 0n);
}
