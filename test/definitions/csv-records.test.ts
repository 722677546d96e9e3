// Lines without a quote are cut without the library; what comes of them must be the same.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvRecords } from '../../src/definitions/decode/csv-records.ts';

type Found = readonly [kind: string, what: unknown, line: number, nextLine: number, text: string];

const BYTES_MAX = 12;

/** What is found in a body, whose first line is given, after that line. */
function foundBelow(firstLine: string, body: string): Found[] {
  const found: Found[] = [];
  const records = new CsvRecords(
    {
      record: (cells, line, nextLine, bytes) =>
        void found.push(['record', cells, line, nextLine, bytes.toString()]),
      unreadable: (code, _message, line, bytes) =>
        void found.push(['unreadable', code, line, line + 1, bytes.toString()]),
    },
    BYTES_MAX,
  );
  records.push(Buffer.from(`${firstLine}\n${body}`));
  records.end();
  return found.slice(1);
}

describe('CSV records without quotes', () => {
  it('are what the library makes of them', () => {
    const piece = fc.constantFrom('a', 'é', ',', ' ', '\r', '\n', '\r\n', 'long enough', '\u2028');
    const body = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      // One quote in a block is enough to have all of it read by the library.
      fc.property(body, (text) => {
        expect(foundBelow('x', text)).toEqual(foundBelow('"x"', text));
      }),
      { numRuns: 500 },
    );
  });

  it('have their lines counted, empty ones too, and end with the body', () => {
    expect(foundBelow('x', '\n\r\na,b\r\n,\nlast')).toEqual([
      ['record', ['a', 'b'], 4, 5, 'a,b\r\n'],
      ['record', ['', ''], 5, 6, ',\n'],
      ['record', ['last'], 6, 6, 'last'],
    ]);
  });
});
