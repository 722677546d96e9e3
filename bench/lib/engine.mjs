// Owns the engine as the benches use it beside the server: the same library with the server's settings.
import { availableParallelism } from 'node:os';
import { DuckDBInstance } from '@duckdb/node-api';

/** What src/data-plane/duckdb/database.ts sets, so that both sides of a comparison run with the same. */
const SETTINGS = {
  memory_limit: `${4 * 1024 ** 3}B`,
  threads: String(availableParallelism()),
  wal_autocheckpoint: `${128 * 1024 ** 2}B`,
};

/** Opens a data file, or an instance in memory without one. */
export async function openEngine(file = ':memory:', spillDirectory) {
  const spill = spillDirectory === undefined ? {} : { temp_directory: spillDirectory };
  const instance = await DuckDBInstance.create(file, { ...SETTINGS, ...spill });
  const connection = await instance.connect();
  return {
    run: async (sql) => void (await connection.run(sql)),
    /** Rows by position, each value as text or null. */
    rows: async (sql) => {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The engine's own version. */
export async function engineVersion() {
  const engine = await openEngine();
  const [[version]] = await engine.rows('SELECT version()');
  engine.close();
  return version;
}
