import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/data-plane/duckdb/database.ts';
import {
  bySequenceSql,
  deleteBySequence,
  sequenceSet,
  sequencesOf,
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
});
