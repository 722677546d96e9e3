import { DuckDbBackfills, openDataPlane } from '../../src/data-plane/duckdb/index.ts';
import { formerTable, pinTable } from '../../src/data-plane/duckdb/layout.ts';
import { backfillSuite } from './backfill-suite.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();

backfillSuite(async () => {
  const plane = await openDataPlane({ directory, threads: 2 });
  const { database, writers, events } = plane;
  let dying = false;
  const withWriters: typeof writers.withWriters = (stores, work) =>
    writers.withWriters(stores, async (connection, tickets) => {
      const result = await work(connection, tickets);
      if (!dying) return result;
      dying = false;
      throw new Error('died here');
    });
  return {
    events,
    backfills: (rowsMax) =>
      new DuckDbBackfills(database, { withWriters, relearn: (store) => writers.relearn(store) }, rowsMax),
    kept: ({ number }) =>
      database.withConnection(async (connection) => {
        const [row] = await connection.lists(
          `SELECT (SELECT count(*) FROM ${formerTable(number)}), (SELECT count(*) FROM ${pinTable(number)})`,
        );
        return { former: Number(row![0]), pins: Number(row![1]) };
      }),
    failNextCommit: () => {
      dying = true;
    },
    close: () => plane.close(),
  };
});
