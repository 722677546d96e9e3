import * as fc from 'fast-check';
import { Big } from 'big.js';
import { stripVTControlCharacters as plain } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../src/cli/cli-error.ts';
import { alignDecimals, differenceText, groupDigits } from '../../src/cli/output/decimal-text.ts';
import { Output } from '../../src/cli/output/output.ts';
import { Progress, progressText } from '../../src/cli/output/progress.ts';
import { tableLines } from '../../src/cli/output/table.ts';
import { durationText, instantText } from '../../src/cli/output/times.ts';

/** What was written, without colours. */
function terminal(isTTY: boolean): { isTTY: boolean; text: () => string; write: (text: string) => void } {
  let written = '';
  return { isTTY, text: () => written, write: (text) => void (written += text) };
}

describe('exact numbers', () => {
  test.each([
    ['1234567.5', '1,234,567.5'],
    ['-1234567', '-1,234,567'],
    ['999.1234567', '999.1234567'],
    ['123456789012345678901234567890', '123,456,789,012,345,678,901,234,567,890'],
    ['n/a', 'n/a'],
  ])('%s is shown as %s', (text, grouped) => {
    expect(groupDigits(text)).toBe(grouped);
  });

  test('grouping changes no digit', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(), (whole, fraction) => {
        const text = `${whole}.${fraction}`;
        expect(groupDigits(text).replaceAll(',', '')).toBe(text);
      }),
    );
  });

  test('differences are exact, signed, and empty when nothing changed', () => {
    expect(differenceText('0.1', '0.3')).toBe('+0.2');
    expect(differenceText('12345678901234567890.000001', '12345678901234567890')).toBe('-0.000001');
    expect(differenceText('5', '5.000')).toBe('');
    expect(differenceText(null, '1234.5')).toBe('+1,234.5');
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (before, after) => {
        const text = differenceText(String(before), String(after)).replaceAll(',', '').replace('+', '');
        expect(new Big(text === '' ? '0' : text).toFixed()).toBe(String(after - before));
      }),
    );
  });

  test('decimal points stand below each other', () => {
    expect(alignDecimals(['1.25', '10', '3.5', ''])).toEqual(['1.25', '10   ', '3.5 ', '   ']);
  });
});

describe('tables', () => {
  test('columns are as wide as their widest cell', () => {
    const lines = tableLines(
      [{ title: 'account' }, { title: 'units', align: 'decimal' }],
      [
        ['Øresund', '1,000.5'],
        ['A', '2'],
      ],
    );
    expect(lines.map(plain)).toEqual(['account    units', 'Øresund  1,000.5', 'A            2']);
  });

  test('control characters in cells do not reach the terminal', () => {
    expect(plain(tableLines([{ title: 'x' }], [['a\u001b[31mb\n']]).join('|'))).toBe(
      'x|a\u{FFFD}[31mb\u{FFFD}',
    );
  });
});

describe('output', () => {
  test('with --json standard output is one document and notes are silent', () => {
    const [stdout, stderr] = [terminal(false), terminal(false)];
    const output = new Output({ json: true, stdout, stderr });
    output.note('on the way');
    output.result({ a: 1 }, () => ['for people']);
    expect(JSON.parse(stdout.text())).toEqual({ a: 1 });
    expect(stderr.text()).toBe('');
    expect(output.failure(new CliError('no', { code: 'X', details: ['d'] }))).toBe(1);
    expect(JSON.parse(stderr.text())).toEqual({ error: { code: 'X', message: 'no', details: ['d'] } });
  });

  test('failures are readable, with code and details, on standard error', () => {
    const [stdout, stderr] = [terminal(false), terminal(false)];
    const output = new Output({ json: false, stdout, stderr });
    expect(
      output.failure(new CliError('no store', { code: 'NOT_FOUND', details: ['/name'], exitCode: 2 })),
    ).toBe(2);
    expect(plain(stderr.text())).toBe('error no store (NOT_FOUND)\n  /name\n');
    expect(stdout.text()).toBe('');
  });
});

describe('progress', () => {
  const state = { fraction: 0.5, rows: 1_234_000, rowsPerSecond: 410_000.4, secondsLeft: 3.1 };

  test('shows the share, the rows, the speed and the time left', () => {
    expect(plain(progressText('september', state))).toBe(
      `september  ${'█'.repeat(14)}${'░'.repeat(14)}   50 %  1,234,000 rows  410,000 rows/s  3.1 s left`,
    );
  });

  test('is redrawn on a terminal and quiet on a pipe at first', () => {
    const [tty, pipe] = [terminal(true), terminal(false)];
    for (const stderr of [tty, pipe]) {
      const progress = new Progress(new Output({ json: false, stderr }), 'x');
      progress.show(state);
      progress.clear();
    }
    expect(tty.text()).toMatch(/^\r.*x {2}.*\r/s);
    expect(pipe.text()).toBe('');
  });
});

test.each([
  ['2026-09-01T00:00:00.000000Z', '2026-09-01T00:00:00Z'],
  ['2026-09-01T00:00:00.120000Z', '2026-09-01T00:00:00.12Z'],
  ['2026-09-01T00:00:00.123456Z', '2026-09-01T00:00:00.123456Z'],
  [null, '-'],
])('the instant %s is shown as %s', (instant, text) => {
  expect(instantText(instant)).toBe(text);
});

test.each([
  [12.4, '12 ms'],
  [1_250, '1.3 s'],
  [185_000, '3 min 05 s'],
])('%s ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
