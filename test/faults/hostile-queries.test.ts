// Queries that mean harm: each is refused or stopped with a code, and none has an effect or sees anything but its
// own store.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataPlane } from '../../src/data-plane/duckdb/index.ts';
import type { DataPlane } from '../../src/data-plane/duckdb/index.ts';
import { DuckDbQueries } from '../../src/data-plane/duckdb/query/queries.ts';
import type { QueryAnswer } from '../../src/data-plane/query-port.ts';
import { WeirError } from '../../src/errors.ts';
import { batches, event, everyType, instant, small } from '../data-plane/events-fixture.ts';
import { temporaryDirectory } from '../data-plane/temporary-directory.ts';

/** In the other store, in files, in settings: no answer may hold it. */
const SECRET = 'sesame-4711';
const MS_MAX = 400;
const ROWS = 20_000;

const directory = temporaryDirectory();
const store = small(1);
let plane: DataPlane;
let queries: DuckDbQueries;

const ask = (sql: string, signal = new AbortController().signal): Promise<QueryAnswer> =>
  queries.query(store, { sql, limit: 100, signal });

/** The code of a query that must not succeed. */
async function refusal(sql: string): Promise<string> {
  try {
    const { rows } = await ask(sql);
    return `answered ${JSON.stringify(rows).slice(0, 200)}`;
  } catch (error) {
    if (error instanceof WeirError && error.category === 'invalid') return error.code;
    throw error;
  }
}

/** Everything that a query might change. */
async function state(): Promise<unknown> {
  const tables = await plane.database.withConnection(async (connection) => ({
    tables: await connection.lists(
      'SELECT database_name, schema_name, table_name, estimated_size FROM duckdb_tables() ORDER BY ALL',
    ),
    settings: await connection.lists('SELECT name, value FROM duckdb_settings() ORDER BY ALL'),
    databases: await connection.lists('SELECT database_name FROM duckdb_databases() ORDER BY ALL'),
    views: await connection.lists('SELECT view_name FROM duckdb_views() WHERE NOT internal'),
    functions: await connection.lists(`SELECT function_name FROM duckdb_functions() WHERE NOT internal`),
  }));
  const files = ['', 'files', 'tmp', 'spill'].map((name) => readdirSync(join(directory, name)));
  return { ...tables, files };
}

beforeAll(async () => {
  plane = await openDataPlane({ directory, memory_bytes_max: 512 * 1024 ** 2, threads: 2 });
  queries = new DuckDbQueries(plane.database, { query_ms_max: MS_MAX });
  const other = everyType(2);
  await plane.events.createStore(store);
  await plane.events.createStore(other);
  const rows = Array.from({ length: ROWS }, (_, index) => event(`e${index}`, 'a'.repeat(40), index % 1_000));
  await plane.events.append(store, batches(rows));
  await plane.events.append(
    other,
    batches([['o1', instant(1), SECRET, '1', '1', 'true', '2026-01-01', '{}']]),
  );
  for (const name of ['secret.csv', 'secret.parquet', 'secret.json', 'secret']) {
    writeFileSync(join(directory, 'files', name), `a\n${SECRET}\n`);
    writeFileSync(join(directory, 'tmp', name), `a\n${SECRET}\n`);
  }
});
afterAll(() => plane.close());

const doubled = (step: (inner: string) => string, times: number, start: string): string =>
  Array.from({ length: times }).reduce<string>((sql) => step(sql), start);
const laterals = (count: number): string =>
  Array.from({ length: count }, (_, index) => `c${index} + c${index} AS c${index + 1}`).join(', ');
const chain = (count: number, body: (previous: string) => string, hint = ''): string =>
  Array.from({ length: count }, (_, index) => `x${index + 1} AS ${hint} (${body(`x${index}`)})`).join(', ');

const FILES = [
  '/etc/passwd',
  'files/secret.csv',
  `${directory}/files/secret.csv`,
  `${directory}/data.duckdb`,
];

const NOT_ALLOWED: readonly string[] = [
  // Files as tables.
  ...FILES.map((file) => `SELECT * FROM '${file}'`),
  ...FILES.map((file) => `SELECT * FROM read_csv('${file}')`),
  `SELECT * FROM "${directory}/files/secret.parquet"`,
  `SELECT * FROM read_parquet('${directory}/files/secret.parquet')`,
  `SELECT * FROM parquet_metadata('${directory}/files/secret.parquet')`,
  `SELECT * FROM read_text('${directory}/files/*')`,
  `SELECT * FROM read_blob('${directory}/files/secret')`,
  `SELECT * FROM read_json('${directory}/files/secret.json')`,
  `SELECT * FROM glob('${directory}/*')`,
  `SELECT * FROM sniff_csv('${directory}/files/secret.csv')`,
  `SELECT (SELECT content FROM read_text('${directory}/tmp/secret.csv'))`,
  `WITH x AS (FROM read_csv('${directory}/tmp/secret.csv')) SELECT * FROM x`,
  // Other tables.
  'SELECT * FROM ev_2',
  'SELECT * FROM main.ev_2',
  'SELECT * FROM data.main.ev_2',
  'SELECT * FROM ev_1',
  'SELECT * FROM fv_1',
  'SELECT * FROM weir_meta',
  'SELECT * FROM store_state',
  'SELECT * FROM weir_events',
  'SELECT * FROM weir_cte_1',
  'SELECT * FROM main.events',
  'SELECT * FROM temp.main.events',
  'WITH x AS (SELECT 1) SELECT * FROM weir_cte_1',
  'SELECT * FROM usage_records',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM sqlite_master',
  'SELECT * FROM pg_catalog.pg_class',
  'SELECT * FROM duckdb_tables',
  'SELECT * FROM (SELECT 1 WHERE EXISTS (SELECT 1 FROM ev_2))',
  'SELECT 1 UNION ALL SELECT text FROM ev_2',
  'SELECT id IN (SELECT id FROM ev_2) FROM events',
  'SELECT * FROM events JOIN ev_2 ON true',
  'TABLE ev_2',
  // Table functions and the catalogue.
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_tables()',
  'SELECT * FROM duckdb_secrets()',
  'SELECT * FROM duckdb_memory()',
  'SELECT * FROM pragma_database_size()',
  `SELECT * FROM pragma_table_info('ev_2')`,
  `SELECT * FROM query('SELECT * FROM ev_2')`,
  `SELECT * FROM query_table('ev_2')`,
  `SELECT * FROM query_table(['ev_2'])`,
  `SELECT * FROM json_execute_serialized_sql('{}')`,
  `SELECT * FROM seq_scan('ev_2')`,
  `SELECT * FROM which_secret('x', 'y')`,
  'SELECT * FROM test_all_types()',
  'SELECT * FROM range(1000000000000)',
  'SELECT * FROM generate_series(1, 1000000000000)',
  'SELECT * FROM unnest([1, 2])',
  `SELECT * FROM repeat_row(1, num_rows = 1000000000)`,
  // Other statements.
  'SHOW TABLES',
  'SHOW ALL TABLES',
  'DESCRIBE events',
  'DESCRIBE ev_2',
  'SUMMARIZE events',
  'SUMMARIZE ev_2',
  'PIVOT events ON value',
  'UNPIVOT events ON id INTO NAME n VALUE v',
  'SELECT * FROM (DESCRIBE ev_2)',
  'SELECT * FROM (SHOW TABLES)',
  'INSERT INTO ev_1 SELECT * FROM ev_1',
  'UPDATE ev_1 SET f1 = 1',
  'DELETE FROM ev_1',
  'DROP TABLE ev_2',
  'TRUNCATE ev_1',
  'CREATE TABLE x AS SELECT 1',
  'CREATE TEMP TABLE events AS SELECT 1',
  'CREATE MACRO count(x) AS 1',
  `COPY (SELECT 1) TO '${directory}/tmp/out.csv'`,
  `COPY ev_1 TO '${directory}/files/out.csv'`,
  `EXPORT DATABASE '${directory}/tmp/out'`,
  `ATTACH '${directory}/tmp/x.db'`,
  'DETACH data',
  'USE temp',
  'SET threads = 1',
  `SET memory_limit = '1TB'`,
  'RESET memory_limit',
  'PRAGMA disable_checkpoint_on_shutdown',
  'PRAGMA database_list',
  'CALL pragma_version()',
  'INSTALL httpfs',
  'LOAD httpfs',
  'CHECKPOINT',
  'VACUUM',
  'BEGIN',
  'COMMIT',
  'EXPLAIN SELECT 1',
  'EXPLAIN ANALYZE SELECT * FROM events',
  'PREPARE x AS SELECT 1',
  'EXECUTE x',
  'SELECT 1; DROP TABLE ev_1',
  'SELECT 1; SELECT 2',
  'SELECT 1 /* ; */; /* x */ SELECT text FROM ev_2 -- ',
  // Functions that read the machine, the settings, the clock, chance.
  `SELECT getenv('HOME')`,
  `SELECT current_setting('temp_directory')`,
  'SELECT version()',
  'SELECT current_user',
  'SELECT "current_user"',
  'SELECT user',
  'SELECT session_user',
  'SELECT current_schema',
  'SELECT current_database()',
  'SELECT current_date',
  'SELECT current_timestamp',
  'SELECT now()',
  'SELECT get_current_timestamp()',
  'SELECT today()',
  'SELECT random()',
  'SELECT setseed(0.5)',
  'SELECT uuid()',
  'SELECT gen_random_uuid()',
  'SELECT txid_current()',
  `SELECT nextval('x')`,
  `SELECT error('x')`,
  `SELECT write_log('x')`,
  `SELECT stats(id) FROM events`,
  `SELECT getvariable('x')`,
  `SELECT in_search_path('a', 'b')`,
  `SELECT pg_get_viewdef(1)`,
  `SELECT add_parquet_key('k', 'v')`,
  `SELECT sleep_ms(1000)`,
  'SELECT system.main.version()',
  'SELECT nonsense(id) FROM events',
  // What makes much out of little.
  `SELECT repeat('x', 1000000000)`,
  `SELECT lpad('x', 1000000000, 'y')`,
  `SELECT rpad(id, 1000000000, 'y') FROM events`,
  `SELECT format('{:1000000000}', id) FROM events`,
  `SELECT printf('%1000000000d', 1)`,
  'SELECT range(1000000000)',
  'SELECT list_transform(range(1000000000), x -> x)',
  'SELECT [x FOR x IN range(1000000000)]',
  'SELECT unnest(range(1000000000))',
  'SELECT list(id) FROM events',
  'SELECT array_agg(id) FROM events',
  `SELECT string_agg(id, ',') FROM events`,
  `SELECT regexp_replace(id, '.', '\\0\\0\\0', 'g') FROM events`,
  'SELECT max(id, 1000000000) FROM events',
  `SELECT strftime("at", id) FROM events`,
  `SELECT hex(hex(hex(id))) FROM events`,
  'SELECT bar(1, 0, 10, 1000000000)',
  'SELECT 100!',
  // Expressions that are none of its business.
  'SELECT ?',
  'SELECT $1',
  'SELECT $name',
  'SELECT #1 FROM events',
  `SELECT COLUMNS('.*') FROM events`,
  'SELECT COLUMNS(*) FROM events',
  'SELECT COLUMNS(c -> true) FROM events',
  'SELECT *COLUMNS(*) FROM events',
  'SELECT count(COLUMNS(*)) FROM events',
  'SELECT [1, 2]',
  `SELECT {'a': 1}`,
  'SELECT MAP {1: 2}',
  'SELECT (1, 2)',
  'SELECT id[1] FROM events',
  `SELECT value -> 'x' FROM events`,
  `SELECT value ->> 'x' FROM events`,
  `SELECT json_extract(value, '$') FROM events`,
  'SELECT id::BLOB FROM events',
  'SELECT id::JSON FROM events',
  'SELECT id::VARCHAR[] FROM events',
  'SELECT id::ev_2 FROM events',
  `SELECT 'ev_2'::REGCLASS`,
  'SELECT id COLLATE NOCASE FROM events',
  'SELECT TRY(id) FROM events',
  `SELECT a.b.c.d FROM events a`,
  `SELECT main.events.id FROM events`,
  'SELECT * FROM events TABLESAMPLE 10%',
  'SELECT * FROM events USING SAMPLE 5',
  'SELECT * FROM events POSITIONAL JOIN events e',
  'SELECT * FROM events NATURAL JOIN events e',
  'SELECT 1 UNION BY NAME SELECT 2',
  'SELECT * FROM events LIMIT 10%',
  'SELECT * FROM events LIMIT (SELECT count(*) FROM events)',
  'SELECT * FROM events AT (VERSION => 1)',
  'WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x) SELECT * FROM x',
  'WITH RECURSIVE x(a) USING KEY (a) AS (SELECT 1 UNION SELECT a + 1 FROM x) SELECT * FROM x',
  'SELECT sum(id) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM events',
  'SELECT lower(id) OVER () FROM events',
  'SELECT row_number() FROM events',
  `SELECT ${'value || '.repeat(30)}id FROM events`,
  // Patterns that go back and forth without end.
  `SELECT value LIKE id FROM events`,
  `SELECT value GLOB '*a*a*a*b' FROM events`,
  `SELECT value LIKE 'a%' ESCAPE '%' FROM events`,
  `SELECT regexp_matches(value, id) FROM events`,
  `SELECT regexp_matches(value, '((a{30}){30}){30}') FROM events`,
  `SELECT regexp_extract_all(value, 'a') FROM events`,
  `SELECT '${'x'.repeat(9_000)}'`,
];

const TOO_COMPLEX: readonly (readonly [name: string, sql: string])[] = [
  ['a text of 40 kB', `SELECT 1 -- ${'x'.repeat(40_000)}`],
  ['10,000 parentheses', `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
  ['5,000 NOT', `SELECT ${'NOT '.repeat(5_000)}true`],
  ['a sum of 5,000', `SELECT ${'1 + '.repeat(5_000)}1`],
  ['600 subqueries in each other', `${'SELECT * FROM ('.repeat(600)}SELECT 1${')'.repeat(600)}`],
  ['a union of 1,000', `SELECT 1${' UNION ALL SELECT 1'.repeat(1_000)}`],
  ['doubling aliases', `SELECT whole AS c0, ${laterals(20)} FROM (SELECT 1 AS whole)`],
  ['doubling columns', doubled((inner) => `SELECT c + c AS c FROM (${inner})`, 20, 'SELECT 1 AS c')],
  ['doubling stars', doubled((inner) => `SELECT *, * FROM (${inner})`, 15, 'SELECT * FROM events')],
  [
    'doubling joins',
    `WITH x0 AS (SELECT id FROM events), ${chain(12, (x) => `SELECT a.id FROM ${x} a, ${x} b`)} SELECT * FROM x12`,
  ],
  [
    'doubling joins in place',
    `WITH x0 AS (SELECT id FROM events), ${chain(12, (x) => `SELECT a.id FROM ${x} a, ${x} b`, 'NOT MATERIALIZED')} SELECT * FROM x12`,
  ],
  [
    'doubling filters',
    `SELECT * FROM (${doubled((inner) => `SELECT c + c AS c FROM (${inner})`, 20, 'SELECT 1 AS c')}) WHERE c > 1`,
  ],
  ['30 tables', `SELECT 1 FROM ${Array.from({ length: 30 }, (_, index) => `events e${index}`).join(', ')}`],
  ['40 joins of text', `SELECT ${'upper(id || id), '.repeat(40)}1 FROM events`],
  [
    'nested joins of text',
    doubled((inner) => `upper(${inner} || 'x')`, 20, 'SELECT id')
      .replace('SELECT id', 'id')
      .replace(/^/u, 'SELECT ')
      .concat(' FROM events'),
  ],
];

/** Allowed in form; stopped while they run. */
const STOPPED: readonly (readonly [code: string, sql: string])[] = [
  ['QUERY_TIMEOUT', 'SELECT count(*) FROM events a, events b, events c WHERE a.id || b.id = c.id'],
  [
    'QUERY_TIMEOUT',
    'SELECT max(a.id) FROM events a, events b, events c WHERE a.value < b.id AND a.id || c.id > b.id',
  ],
  [
    'QUERY_TIMEOUT',
    `SELECT count(*) FROM events a, events b WHERE regexp_matches(a.value || b.value, '(a|aa)+$')`,
  ],
  ['QUERY_TIMEOUT', `SELECT count(*) FROM events a, events b WHERE a.value || b.value LIKE '%a%a%a%a%a%_b'`],
  ['QUERY_TIMEOUT', `SELECT count(*) FROM events a, events b WHERE a.value || b.value ILIKE '%a%a%a%a%a%b'`],
  [
    'QUERY_TIMEOUT',
    'SELECT (SELECT count(*) FROM events b, events c WHERE b.id < a.id AND c.id > a.id) FROM events a',
  ],
];

const FAILED: readonly (readonly [name: string, sql: string])[] = [
  ['joining to a long text', `SELECT value || '${'b'.repeat(8_180)}' FROM events`],
  ['replacing by a long text', `SELECT replace(value, 'a', '${'b'.repeat(1_000)}') FROM events`],
  ['concat of long texts', `SELECT concat(v, v, v) FROM (VALUES ('${'b'.repeat(4_000)}'), (NULL)) t(v)`],
  ['a cast that does not fit', `SELECT CAST(value AS BIGINT) FROM events`],
  ['an overflow', 'SELECT 170141183460469231731687303715884105727 + 1'],
  ['a part of time that is none', `SELECT date_trunc('aeon', "at") FROM events`],
];

describe('hostile queries', () => {
  it('are refused, all of them, and change nothing', async () => {
    const before = await state();
    const answers: string[][] = [];
    for (const sql of NOT_ALLOWED) answers.push([sql, await refusal(sql)]);
    expect(answers).toEqual(NOT_ALLOWED.map((sql) => [sql, 'QUERY_NOT_ALLOWED']));
    expect(NOT_ALLOWED.length).toBeGreaterThan(150);
    expect(await state()).toEqual(before);
  });

  it('that change data inside of a SELECT are no SQL at all', async () => {
    const sql = 'WITH x AS (DELETE FROM ev_1 RETURNING *) SELECT * FROM x';
    expect(await refusal(sql)).toBe('QUERY_INVALID');
  });

  it.each(TOO_COMPLEX)('%s: too complex, said at once', async (_name, sql) => {
    const started = performance.now();
    expect(await refusal(sql)).toBe('QUERY_TOO_COMPLEX');
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it.each(STOPPED)('%s: %s', async (code, sql) => {
    const started = performance.now();
    expect(await refusal(sql)).toBe(code);
    expect(performance.now() - started).toBeLessThan(MS_MAX + 2_000);
  });

  it.each(FAILED)('%s fails', async (_name, sql) => {
    expect(await refusal(sql)).toBe('QUERY_FAILED');
  });

  it('are stopped when they take too much memory, counted by the engine or not', async () => {
    const patient = new DuckDbQueries(plane.database, { query_ms_max: 20_000 });
    for (const sql of [
      'SELECT median(strlen(a.id) + strlen(b.value)) FROM events a, events b',
      'SELECT a.id, b.id, count(*) FROM events a, events b GROUP BY ALL ORDER BY 3',
    ]) {
      const running = patient.query(store, { sql, limit: 1, signal: new AbortController().signal });
      await expect(running).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' });
    }
    expect((await ask('SELECT count(*) FROM events')).rows).toEqual([[String(ROWS)]]);
  });

  it('are stopped when nobody waits for them', async () => {
    const patient = new DuckDbQueries(plane.database, { query_ms_max: 20_000 });
    const sql = 'SELECT count(*) FROM events a, events b, events c WHERE a.id || b.id = c.id';
    const leaving = new AbortController();
    const running = patient.query(store, { sql, limit: 1, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 100);
    const started = performance.now();
    await expect(running).rejects.toMatchObject({ code: 'QUERY_CANCELED' });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('do not keep events from being written', async () => {
    const patient = new DuckDbQueries(plane.database, { query_ms_max: 1_500 });
    const sql = 'SELECT a.id, b.id, count(*) FROM events a, events b GROUP BY ALL ORDER BY ALL';
    const running = new AbortController();
    const heavy = patient
      .query(store, { sql, limit: 1, signal: new AbortController().signal })
      .catch((error: unknown) => error)
      .finally(() => running.abort());
    let written = 0;
    const target = small(3);
    await plane.events.createStore(target);
    while (!running.signal.aborted) {
      const rows = Array.from({ length: 100 }, (_, index) => event(`w${written}-${index}`, 'v'));
      const outcome = await plane.events.append(target, batches(rows));
      expect(outcome.accepted).toBe(100);
      written += 1;
    }
    expect(await heavy).toMatchObject({ code: expect.stringMatching(/^QUERY_(?:TIMEOUT|TOO_LARGE)$/u) });
    expect(written).toBeGreaterThan(3);
    expect((await plane.events.statistics(target)).eventCount).toBe(written * 100);
  });

  it('an answer of many bytes is refused', async () => {
    const patient = new DuckDbQueries(plane.database, { query_ms_max: 20_000 });
    const wide = Array.from({ length: 60 }, (_, index) => `value AS c${index}`).join(', ');
    const sql = `SELECT ${wide} FROM events`;
    const all = patient.query(store, { sql, limit: 10_000, signal: new AbortController().signal });
    await expect(all).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' });
  });
});

/** Statements of a grammar in which what is allowed and what is not are mixed at every place. */
const statements = fc.letrec<{ query: string; from: string; expression: string }>((tie) => {
  const expression = tie('expression');
  const query = tie('query');
  const from = tie('from');
  const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
  const fine = (...texts: readonly string[]) => ({ arbitrary: oneOf(...texts), weight: 6 });
  return {
    query: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.tuple(expression, from).map(([what, source]) => `SELECT ${what} FROM ${source}`),
      from.map((source) => `FROM ${source}`),
      fc
        .tuple(expression, from, expression)
        .map(([a, b, c]) => `SELECT ${a} AS x FROM ${b} WHERE ${c} IS NOT NULL`),
      fc
        .tuple(oneOf('x', 'events', 'ev_2', 'weir_events'), query, from)
        .map(([name, inner, source]) => `WITH ${name} AS (${inner}) SELECT * FROM ${name}, ${source}`),
      fc
        .tuple(query, oneOf('UNION ALL', 'EXCEPT', 'UNION BY NAME'), query)
        .map(([a, b, c]) => `(${a}) ${b} (${c})`),
    ),
    from: fc.oneof(
      { maxDepth: 4 },
      fine('events', '"events"', '(FROM events) x'),
      oneOf(
        'events',
        'Events e',
        '"events"',
        'ev_2',
        'main.ev_2',
        'data.main.ev_2',
        'x',
        'weir_events',
        'weir_cte_1',
      ),
      oneOf(
        `'${directory}/files/secret.csv'`,
        `read_text('${directory}/files/secret')`,
        'duckdb_settings()',
        `query('FROM ev_2')`,
        `query_table('ev_2')`,
      ),
      query.map((inner) => `(${inner}) s`),
      fc.tuple(from, from).map(([a, b]) => `${a} LEFT JOIN ${b} ON true`),
    ),
    expression: fc.oneof(
      { maxDepth: 4 },
      fine('*', 'id', 'value', 'count(*)', '1', `'a'`),
      oneOf(
        '*',
        'id',
        'value',
        'f1',
        'ev_2.text',
        'events.id',
        'text',
        'e.*',
        'COLUMNS(*)',
        '1',
        'NULL',
        `'ev_2'`,
      ),
      oneOf('current_user', `getenv('PATH')`, `current_setting('temp_directory')`, 'count(*)', `'x'::ev_2`),
      query.map((inner) => `(${inner})`),
      fc
        .tuple(oneOf('max', 'min', 'lower', 'list', 'first', 'getenv', 'to_json'), expression)
        .map(([f, x]) => `${f}(${x})`),
      fc
        .tuple(expression, oneOf('||', '=', 'IN', '->>', 'LIKE'), expression)
        .map(([a, b, c]) => `(${a}) ${b} (${c})`),
    ),
  };
}).query;

describe('any statement', () => {
  it('sees its own store, or is refused with a code', async () => {
    let answered = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(statements, async (sql) => {
        try {
          expect(JSON.stringify(await ask(sql))).not.toContain(SECRET);
          answered += 1;
        } catch (error) {
          if (!(error instanceof WeirError)) throw error;
          expect(error.category).toBe('invalid');
          expect(error.message).not.toContain(SECRET);
          refused += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(answered).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(100);
  });
});
