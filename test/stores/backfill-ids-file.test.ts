import { describe, expect, it } from 'vitest';
import type { EventDefinition } from '../../src/definitions/types.ts';
import { deleteTemplate, readDeleteFile } from '../../src/stores/backfill-ids-file.ts';

const definition = (...eventIdFields: string[]): EventDefinition => ({
  id: 'ed_test',
  name: 'test',
  version: 1,
  timeZone: 'UTC',
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'datetime', required: true },
    { name: 'a, "b"', type: 'decimal', scale: 3, required: true },
  ],
  eventIdFields,
});

const one = definition('id');
const several = definition('id', 'a, "b"');
const header = 'id,"a, ""b"""\r\n';

/** The error of reading a file: its code, and pointer and code of each finding. */
function errorOf(file: string, of = several): { code: string; found: string[] } {
  try {
    readDeleteFile(of, file);
  } catch (error) {
    const { code, problems } = error as { code: string; problems: { pointer: string; code: string }[] };
    return { code, found: problems.map((problem) => `${problem.pointer} ${problem.code}`) };
  }
  throw new Error('the file was read');
}

describe('the file of a delete backfill', () => {
  it('has a template with one column per id field', () => {
    expect(deleteTemplate(several)).toBe(header);
    expect(readDeleteFile(several, deleteTemplate(several))).toEqual([]);
    expect(deleteTemplate(definition('$file', '$line'))).toBe('$file,$line\r\n');
  });

  it('is read into canonical ids, in any order of columns', () => {
    expect(readDeleteFile(several, `\uFEFF${header}x,1.50\r\n"y\ny",-2\r\n`)).toEqual([
      ['x', '1.5'],
      ['y\ny', '-2'],
    ]);
    expect(readDeleteFile(several, '"a, ""b""",id\n1,x\n')).toEqual([['x', '1']]);
    expect(readDeleteFile(one, 'id\na\nb\n\n \n')).toEqual([['a'], ['b']]);
  });

  it('reports every error of the file by row and column', () => {
    const bad = errorOf(`${header}=1+1,1\n,2\nx,abc\n@x,+5\nx\n`);
    expect(bad).toEqual({
      code: 'BACKFILL_INVALID',
      found: [
        '/rows/2/id BACKFILL_FORMULA',
        '/rows/3/id BACKFILL_EMPTY_ID',
        '/rows/4/a, "b" BACKFILL_ID_INVALID',
        '/rows/5/id BACKFILL_FORMULA',
        '/rows/5/a, "b" BACKFILL_FORMULA',
        '/rows/6 BACKFILL_ROW_INVALID',
      ],
    });
  });

  it('takes an empty line among others, and an empty cell, for an empty id', () => {
    expect(errorOf('id\na\n\nb\n', one)).toEqual({
      code: 'BACKFILL_EMPTY_ID',
      found: ['/rows/3/id BACKFILL_EMPTY_ID'],
    });
    expect(errorOf('id\n""\n', one)).toEqual({
      code: 'BACKFILL_EMPTY_ID',
      found: ['/rows/2/id BACKFILL_EMPTY_ID'],
    });
  });

  it.each(['', 'ID\n', 'id,at\n', 'id,id\n', 'id,"a, ""b""",at\n', '\n'])('refuses the header %j', (file) => {
    expect(errorOf(file)).toEqual({
      code: 'BACKFILL_HEADER_MISMATCH',
      found: ['/rows/1 BACKFILL_HEADER_MISMATCH'],
    });
  });

  it('holds at most 1,000 rows', () => {
    const rows = (count: number): string => `id\n${'x\n'.repeat(count)}`;
    expect(readDeleteFile(one, rows(1000))).toHaveLength(1000);
    expect(errorOf(rows(1001), one)).toEqual({
      code: 'BACKFILL_TOO_MANY_ROWS',
      found: ['/rows BACKFILL_TOO_MANY_ROWS'],
    });
  });

  it('refuses what is not CSV', () => {
    expect(errorOf('id\n"a', one).code).toBe('BACKFILL_MALFORMED');
  });
});
