// Owns reading the demo's usage records and holding them against the expected totals.
import pc from 'picocolors';
import type { UsageRecord } from '../api-types.ts';
import type { WeirClient } from '../client.ts';
import { differenceText, groupDigits } from '../output/decimal-text.ts';
import { tableLines } from '../output/table.ts';
import { grandTotal, unitsText, type Totals } from './expected.ts';
import { METER } from './setup.ts';
import type { Stage } from './stage.ts';

/** Quantity per account, as the API gives it: exact text. */
export type Bill = ReadonlyMap<string, string>;

const rows_shown = 10;

export async function readBill(client: WeirClient): Promise<Bill> {
  const bill = new Map<string, string>();
  const query = { meter: METER, state: 'current' };
  for await (const record of client.items<UsageRecord>('/v1/usage-records', query)) {
    bill.set(record.accountNumber ?? '', record.quantity);
  }
  return bill;
}

/** Every account's figure against the one computed without Weir, and the sum of all. */
export function checkBill(stage: Stage, bill: Bill, expected: Totals): string[] {
  const exact = [...expected].filter(([account, micro]) => bill.get(account) === unitsText(micro));
  return [
    stage.check('accounts billed', expected.size, bill.size),
    stage.check(
      'exact',
      `${expected.size} of ${expected.size} accounts`,
      `${exact.length} of ${expected.size} accounts`,
    ),
    stage.check('units in all', unitsText(grandTotal(expected)), unitsText(sumOf(bill))),
  ];
}

/** The largest accounts, the rest as one row, and the sum; with what changed where `before` is given. */
export function billTable(bill: Bill, before?: Bill): string[] {
  const accounts = [...bill.keys()].sort((a, b) => compareMicro(bill, b, a));
  const shown = accounts.slice(0, rows_shown);
  const others = accounts.slice(rows_shown);
  const rows = [
    ...shown.map((account) => row(account, bill, before, [account])),
    ...(others.length > 0 ? [row(`${others.length} others`, bill, before, others)] : []),
    row('all', bill, before, accounts),
  ];
  return totalsTable(rows, before !== undefined);
}

/** Only the accounts whose figure changed, and the sum of all. */
export function changedTable(bill: Bill, before: Bill): string[] {
  const changed = [...bill.keys()].filter((account) => bill.get(account) !== before.get(account));
  const rows = changed.map((account) => row(account, bill, before, [account]));
  return totalsTable([...rows, row('all', bill, before, [...bill.keys()])], true);
}

function row(title: string, bill: Bill, before: Bill | undefined, accounts: readonly string[]): string[] {
  const after = unitsText(sumOf(bill, accounts));
  if (before === undefined) return [title, groupDigits(after)];
  const old = unitsText(sumOf(before, accounts));
  return [title, groupDigits(old), groupDigits(after), differenceText(old, after)];
}

function totalsTable(rows: readonly string[][], compared: boolean): string[] {
  const titles = compared ? ['before', 'after', 'difference'] : ['units'];
  const last = rows.length - 1;
  return tableLines(
    [{ title: 'account' }, ...titles.map((title) => ({ title, align: 'decimal' as const }))],
    rows,
    (cell, _column, index) => (index === last ? pc.bold(cell) : cell),
  );
}

function sumOf(bill: Bill, accounts: readonly string[] = [...bill.keys()]): bigint {
  return accounts.reduce((sum, account) => sum + microOf(bill.get(account) ?? '0'), 0n);
}

/** Canonical text to millionths; the demo's fields have six decimals, so nothing is cut. */
export function microOf(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) throw new Error(`"${text}" is no number of at most six decimals`);
  const [, sign, whole = '0', fraction = ''] = match;
  const micro = BigInt(whole + fraction.padEnd(6, '0'));
  return sign === '-' ? -micro : micro;
}

function compareMicro(bill: Bill, a: string, b: string): number {
  const difference = microOf(bill.get(a) ?? '0') - microOf(bill.get(b) ?? '0');
  return difference < 0n ? -1 : Number(difference > 0n);
}
