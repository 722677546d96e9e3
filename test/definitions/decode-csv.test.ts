// CSV bodies, the good and the bad.
import { describe, expect, it } from 'vitest';
import type { Decoded } from './door.ts';
import { definition, decode } from './door.ts';

const csv = (...lines: string[]): string => `id,time,amount,note\n${lines.join('\n')}`;
const row = (id: string, note = ''): string => `${id},2026-03-05,1,${note}`;
const ids = ({ rows }: Decoded): unknown[] => rows.map(({ values }) => values[0]);
const rejections = ({ rejected }: Decoded): unknown[] =>
  rejected.map(({ index, line, code, input }) => [index, line, code, input]);

describe('CSV', () => {
  it('finds columns by name, in any order, with BOM, CRLF and quotes', async () => {
    const body = '\ufeff"note",amount,"time",id\r\n"a ""b"", c",1.50,2026-03-05,x\r\n,2,2026-03-05,y\r\n';
    const { rows, rejected } = await decode('csv', body);
    expect(rejected).toEqual([]);
    expect(rows.map(({ values }) => values)).toEqual([
      ['x', '2026-03-05T00:00:00.000000Z', '1.5', null, null, 'a "b", c', null],
      ['y', '2026-03-05T00:00:00.000000Z', '2', null, null, null, null],
    ]);
  });

  it('takes the null text and the empty cell for no value', async () => {
    const body = 'id,time,amount,count,note,tags\na,2026-03-05,1,NULL,NULL,\n';
    const { rows } = await decode('csv', body, { nullText: 'NULL' });
    expect(rows[0]?.values).toEqual(['a', '2026-03-05T00:00:00.000000Z', '1', null, null, null, null]);
    expect((await decode('csv', body)).rejected).toMatchObject([{ pointer: '/count' }]);
  });

  it('has no events in an empty body or below a lone header', async () => {
    for (const body of ['', '\ufeff', 'id,time,amount', 'id,time,amount\r\n\r\n']) {
      expect(await decode('csv', body)).toEqual({ rows: [], rejected: [], ignoredFields: 0, batches: 0 });
    }
  });

  it.each([
    ['id,time,,amount\n', 'Column 3 of the header has no name'],
    ['id,time,id\n', 'Column "id" is in the header twice'],
    ['id,"time\n', 'The header cannot be read'],
    ['id,t"ime"\n', 'The header cannot be read'],
  ])('%j has a bad header', async (body, reason) => {
    await expect(decode('csv', body)).rejects.toMatchObject({ code: 'CSV_HEADER_INVALID' });
    await expect(decode('csv', body)).rejects.toThrow(reason);
  });

  it('treats a missing id column and an unknown column per row', async () => {
    const { rejected } = await decode('csv', 'time,amount,extra\n2026-03-05,1,x\n2026-03-05,2,y\n');
    expect(rejected.map(({ index, code, pointer, errors }) => [index, code, pointer, errors])).toMatchObject([
      [0, 'EVENT_ID_MISSING', '/id', [{ pointer: '/extra' }]],
      [1, 'EVENT_ID_MISSING', '/id', [{ pointer: '/extra' }]],
    ]);
  });

  it('rejects rows with another number of cells', async () => {
    const result = await decode('csv', csv(row('a'), 'b,2026-03-05', row('c'), `${row('d')},more`, row('e')));
    expect(ids(result)).toEqual(['a', 'c', 'e']);
    expect(rejections(result)).toEqual([
      [1, 3, 'EVENT_MALFORMED', 'b,2026-03-05'],
      [3, 5, 'EVENT_MALFORMED', 'd,2026-03-05,1,,more'],
    ]);
    expect(result.rejected[0]?.message).toBe('The row has 2 cells, the header 4.');
  });

  it('rejects a row with bad quotes and goes on with the next line', async () => {
    const bad = [row('b', '5" pipe'), row('d', '"x"y'), row('f', '"open')];
    const result = await decode(
      'csv',
      csv(row('a'), bad[0]!, row('c'), bad[1]!, row('e'), bad[2]!, row('g')),
    );
    expect(ids(result)).toEqual(['a', 'c', 'e', 'g']);
    expect(rejections(result)).toEqual([
      [1, 3, 'EVENT_MALFORMED', bad[0]],
      [3, 5, 'EVENT_MALFORMED', bad[1]],
      [5, 7, 'EVENT_MALFORMED', bad[2]],
    ]);
  });

  it('counts physical lines across cells of several lines', async () => {
    const result = await decode('csv', `${csv(row('a', '"1\r\n2\r\n3"'), row('b', '"1\n2"'), 'bad')}\r\n`);
    expect(result.rows.map(({ values }) => values[5])).toEqual(['1\r\n2\r\n3', '1\n2']);
    expect(rejections(result)).toEqual([[2, 7, 'EVENT_MALFORMED', 'bad']]);
  });

  it('keeps a cell that is longer than a block', async () => {
    const note = `${'line\n'.repeat(30_000)}end`;
    const result = await decode('csv', csv(row('a', `"${note}"`), row('b'), 'bad'));
    expect(result.rows.map(({ values }) => [values[0], values[5]?.length])).toEqual([
      ['a', note.length],
      ['b', undefined],
    ]);
    expect(result.rejected[0]?.line).toBe(2 + 30_001 + 1);
  });

  it('does not buffer a line or a cell without end', async () => {
    const options = { eventBytesMax: 1_000 };
    const long = row('b', 'x'.repeat(200_000));
    const places = [70_000, 140_000];
    for (const cuts of [[], places]) {
      const result = await decode('csv', csv(row('a'), long, row('c'), 'bad'), options, definition, cuts);
      expect(ids(result)).toEqual(['a', 'c']);
      expect(result.rejected.map(({ line, code }) => [line, code])).toEqual([
        [3, 'EVENT_TOO_LARGE'],
        [5, 'EVENT_MALFORMED'],
      ]);
    }
    const lines = Array.from({ length: 5_000 }, (_, index) => row(`r${index}`));
    const open = await decode('csv', csv(row('a', '"open'), ...lines), options);
    expect(open.rows).toHaveLength(5_000);
    expect(rejections(open)).toEqual([[0, 2, 'EVENT_TOO_LARGE', row('a', '"open')]]);
  });

  it('fails as a whole where it is not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from(csv(row('a'))), Buffer.from([0xff])]);
    await expect(decode('csv', body)).rejects.toMatchObject({ category: 'malformed', code: 'BODY_NOT_UTF8' });
  });
});
