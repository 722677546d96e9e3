import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/data-plane/duckdb/database.ts';
import {
  bySequenceSql,
  deleteBySequence,
  sequenceSet,
  sequencesOf,
  takeBySequence,
} from '../../src/data-plane/duckdb/read-by-sequence.ts';
import type { Connection } from '../../src/data-plane/duckdb/connection.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ROWS = 700_000;
let database: Database;

beforeAll(async () => {
  database = await Database.open({ directory: temporaryDirectory(), threads: 2 });
  // Every third sequence is not there.
  await database.withConnection((connection) =>
    connection.run(
      `CREATE TABLE numbered AS SELECT i AS seq, 'row ' || i AS name FROM range(1, ${ROWS}) AS r(i) WHERE i % 3 <> 0`,
    ),
  );
});
afterAll(() => database.close());

const held = (sequence: bigint): boolean => sequence > 0n && sequence < ROWS && sequence % 3n !== 0n;
/** Spread over the table, close together, or both. */
const sequences = fc
  .array(fc.tuple(fc.integer({ min: 0, max: ROWS + 10 }), fc.integer({ min: 1, max: 60 })), { maxLength: 40 })
  .map((runs) => runs.flatMap(([start, length]) => Array.from({ length }, (_, n) => BigInt(start + n))));
const namesOf = async (connection: Connection, sql: string): Promise<string[]> =>
  (await connection.lists(`SELECT name FROM (${sql}) ORDER BY seq`)).map(([name]) => name!);
const expected = (wanted: readonly bigint[]): string[] =>
  [...new Set(wanted)]
    .filter(held)
    .sort((a, b) => Number(a - b))
    .map((sequence) => `row ${sequence}`);

describe('rows by sequence', () => {
  it('are exactly those that are there, each once, however they are spread', async () => {
    await database.withConnection((connection) =>
      fc.assert(
        fc.asyncProperty(sequences, async (wanted) => {
          const sql = bySequenceSql('numbered', 'seq, name', sequencesOf(wanted));
          expect(await namesOf(connection, sql)).toEqual(expected(wanted));
        }),
        { numRuns: 20 },
      ),
    );
  });

  it('are deleted and counted, few or many', async () => {
    await database.withConnection(async (connection) => {
      for (const step of [100_000, 7_000, 500, 7]) {
        const wanted = Array.from({ length: Math.floor(ROWS / step) }, (_, n) => BigInt(n * step + 1));
        await connection.run('BEGIN TRANSACTION');
        await connection.run(
          `CREATE OR REPLACE TEMP TABLE wanted AS SELECT i * ${step} + 1 AS seq FROM range(${wanted.length}) AS r(i)`,
        );
        await connection.run('INSERT INTO wanted VALUES (NULL)');
        const set = await sequenceSet(connection, 'wanted');
        expect('few' in set).toBe(wanted.length <= 2_000);
        const found = expected(wanted);
        expect(await namesOf(connection, bySequenceSql('numbered', 'seq, name', set))).toEqual(found);
        expect(await deleteBySequence(connection, 'numbered', set)).toBe(found.length);
        expect(await deleteBySequence(connection, 'numbered', set)).toBe(0);
        await connection.run('ROLLBACK');
      }
      expect(await deleteBySequence(connection, 'numbered', sequencesOf([]))).toBe(0);
    });
  });

  it('are taken as they are, few or many, and not twice', async () => {
    await database.withConnection(async (connection) => {
      await connection.run(
        `CREATE TABLE kept AS SELECT i AS seq, chr(65279) || chr(0) || i AS name, CAST(i AS DECIMAL(38, 12)) / 3 AS part,
          CAST(i * 0.000001 AS DECIMAL(38, 12)) AS d, hash(i) AS h,
          CASE WHEN i % 2 = 0 THEN i = 4 END AS b, TIMESTAMP '2026-04-01' + INTERVAL (i) MICROSECONDS AS t
          FROM range(1, 150000) AS r(i)`,
      );
      for (const step of [20_000, 500, 7]) {
        const wanted = Math.floor(150_000 / step);
        await connection.run('BEGIN TRANSACTION');
        await connection.run(
          `CREATE OR REPLACE TEMP TABLE wanted AS SELECT i * ${step} + 3 AS seq FROM range(${wanted}) AS r(i)`,
        );
        await connection.run(
          'CREATE OR REPLACE TEMP TABLE before AS SELECT * FROM kept WHERE seq IN (SELECT seq FROM wanted)',
        );
        const set = await sequenceSet(connection, 'wanted');
        const count = Number((await connection.lists('SELECT count(*) FROM before'))[0]![0]);
        expect(count).toBe(wanted);
        expect(await takeBySequence(connection, 'kept', '*', set, 'taken')).toBe(count);
        const differing = '(FROM before EXCEPT FROM taken) UNION ALL (FROM taken EXCEPT FROM before)';
        expect(await connection.lists(`SELECT seq FROM (${differing})`)).toEqual([]);
        expect(await takeBySequence(connection, 'kept', '*', set, 'taken')).toBe(0);
        await connection.run('ROLLBACK');
      }
    });
  });
});
