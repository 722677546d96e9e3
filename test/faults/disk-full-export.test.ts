// A disk that is full while an export is made: a coded error, also after the first bytes, and the room is given back.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { streamFiles, type MakeFiles } from '../../src/data-plane/duckdb/stream-files.ts';
import { openDataPlane } from '../../src/data-plane/duckdb/index.ts';
import { mountSmallDisk } from './small-disk.ts';

const disk = mountSmallDisk(16);
afterAll(() => disk?.remove());

const SMALL = 'SELECT 1';
/** 60 MB. */
const LARGE = `SELECT repeat(md5(CAST(range AS VARCHAR)), 3) FROM range(600000)`;

describe.skipIf(!disk)('an export on a full disk', () => {
  it.each([
    ['before the first byte', [LARGE]],
    ['after the first bytes', [SMALL, LARGE]],
  ])('fails with DISK_FULL %s', async (_when, selects) => {
    const { directory } = disk!;
    const plane = await openDataPlane({ directory, threads: 2 });
    const make: MakeFiles = async function* ({ copy }) {
      for (const select of selects) yield await copy(select, 'csv', 'FORMAT csv');
    };
    const read: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const part of streamFiles(plane.database, make)) read.push(part.length);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(read).toHaveLength(selects.length - 1);
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    await plane.close();
  });
});
