import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/data-plane/duckdb/database.ts';
import { isInvalidated, translateEngineError } from '../../src/data-plane/duckdb/engine-errors.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();
const fresh = (name: string): string => {
  mkdirSync(join(directory, name));
  return join(directory, name);
};

/** Digests of all files in a directory, but not of those below it. */
const digests = (path: string): unknown =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [
      name,
      createHash('md5')
        .update(readFileSync(join(path, name)))
        .digest('hex'),
    ]);

describe('opening', () => {
  it('keeps the name of its history, and gives every file its own', async () => {
    const path = fresh('timeline');
    const first = await Database.open({ directory: path });
    const { timeline } = first;
    await first.close();
    const second = await Database.open({ directory: path });
    expect(second.timeline).toBe(timeline);
    await second.close();
    const other = await Database.open({ directory: fresh('other') });
    expect(other.timeline).not.toBe(timeline);
    await other.close();
  });

  it('refuses a newer format and leaves file and log as they are', async () => {
    const path = fresh('newer');
    await (await Database.open({ directory: path })).close();
    const instance = await DuckDBInstance.create(join(path, 'data.duckdb'));
    const connection = await instance.connect();
    await connection.run('PRAGMA disable_checkpoint_on_shutdown');
    await connection.run('UPDATE weir_meta SET format = 999');
    connection.closeSync();
    instance.closeSync();
    const before = digests(path);
    expect(before).toHaveLength(2);
    await expect(Database.open({ directory: path })).rejects.toMatchObject({
      category: 'unavailable',
      code: 'DATA_FILE_NEWER',
    });
    expect(digests(path)).toEqual(before);
  });

  it('refuses a damaged or foreign file and leaves it as it is', async () => {
    const damaged = fresh('damaged');
    writeFileSync(join(damaged, 'data.duckdb'), Buffer.alloc(20_000, 7));
    const foreign = fresh('foreign');
    const instance = await DuckDBInstance.create(join(foreign, 'data.duckdb'));
    const connection = await instance.connect();
    await connection.run('CREATE TABLE theirs (a INTEGER)');
    connection.closeSync();
    instance.closeSync();
    for (const path of [damaged, foreign]) {
      const before = digests(path);
      await expect(Database.open({ directory: path })).rejects.toMatchObject({ code: 'DATA_FILE_CORRUPT' });
      expect(digests(path)).toEqual(before);
    }
  });
});

describe('a connection', () => {
  it('reads and writes files in the open directories only', async () => {
    const path = fresh("files of o'brien");
    const database = await Database.open({ directory: path });
    try {
      await database.withConnection(async (connection) => {
        const copy = (to: string) => connection.run(`COPY (SELECT 1) TO '${to.replaceAll("'", "''")}'`);
        await copy(join(path, 'tmp', 'x.csv'));
        await expect(copy(join(path, 'x.csv'))).rejects.toThrow(/Permission Error/);
        await expect(connection.run('SET enable_external_access = true')).rejects.toThrow();
      });
    } finally {
      await database.close();
    }
  });

  it('gives texts, keeps nothing of a failed transaction, and drops its temporary tables', async () => {
    const database = await Database.open({ directory: fresh('connection') });
    try {
      await database.transaction((connection) => connection.run('CREATE TABLE x (a BIGINT)'));
      const failed = database.transaction(async (connection) => {
        await connection.run('INSERT INTO x VALUES ($1)', [9_007_199_254_740_993n]);
        await connection.run('CREATE TEMP TABLE mine AS SELECT 1 AS a');
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      await database.withConnection(async (connection) => {
        expect(await connection.rows('SELECT count(*) AS n FROM x')).toEqual([{ n: '0' }]);
        await expect(connection.run('SELECT * FROM mine')).rejects.toThrow(/does not exist/);
        expect(await connection.run('INSERT INTO x VALUES ($1), ($2)', [9_007_199_254_740_993n, null])).toBe(
          2,
        );
        expect(await connection.lists('SELECT a, a IS NULL, $1 FROM x', ["'"])).toEqual([
          ['9007199254740993', 'false', "'"],
          [null, 'true', "'"],
        ]);
        await expect(connection.lists('SELECT 1.5')).rejects.toThrow(TypeError);
      });
    } finally {
      await database.close();
    }
  });
});

it('says what a failure of the engine means', () => {
  const code = (message: string): unknown => translateEngineError(new Error(message));
  expect(code('IO Error: Could not write file: No space left on device')).toMatchObject({
    category: 'no-space',
    code: 'DISK_FULL',
  });
  expect(code('IO Error: Could not read')).toMatchObject({ code: 'DATA_FILE_IO' });
  expect(code('FATAL Error: Failed: database has been invalidated')).toMatchObject({
    code: 'DATA_FILE_INVALIDATED',
  });
  expect(code('Out of Memory Error: failed')).toMatchObject({ code: 'DATA_MEMORY_EXHAUSTED' });
  // A checkpoint on a full disk: the caller is told why, and the file is opened again.
  const full = code('FATAL Error: Failed to create checkpoint: No space left on device');
  expect(full).toMatchObject({ code: 'DISK_FULL' });
  expect(isInvalidated(full)).toBe(true);
  expect(isInvalidated(code('IO Error: Could not read'))).toBe(false);
  const own = new Error('Binder Error: column x');
  expect(translateEngineError(own)).toBe(own);
});
