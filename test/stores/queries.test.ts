// What a query answers: columns, types, canonical values; what the allowed parts of SQL do.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { openApi } from '../api.ts';
import type { Api } from '../api.ts';
import { removeDirectory } from '../server.ts';

interface Answer {
  readonly columns: { readonly name: string; readonly type: string }[];
  readonly rows: unknown[][];
  readonly truncated: boolean;
}

const FIELDS = [
  { name: 'id', type: 'string', required: true },
  { name: 'at', type: 'datetime', required: true },
  { name: 'amount', type: 'decimal', scale: 6 },
  { name: 'region "x"', type: 'string' },
  { name: 'ok', type: 'boolean' },
  { name: 'more', type: 'json' },
  { name: 'n', type: 'integer' },
  { name: 'day', type: 'date' },
  { name: 'user', type: 'string' },
];

let api: Api;
const path = '/v1/event-stores/calls/queries';
const ask = (sql: string, limit?: number): Promise<Answer> =>
  api.post<Answer>(path, limit === undefined ? { sql } : { sql, limit });
const rows = async (sql: string): Promise<unknown[][]> => (await ask(sql)).rows;
const types = async (sql: string): Promise<string[]> => (await ask(sql)).columns.map(({ type }) => type);

const event = (index: number) => ({
  id: `e${index}`,
  at: `2026-09-0${1 + (index % 3)}T0${index}:30:00Z`,
  amount: `${index}.10`,
  'region "x"': index % 2 === 0 ? 'eu' : 'us_1',
  n: index,
  user: `u${index % 2}`,
});

beforeAll(async () => {
  api = await openApi();
  await api.post('/v1/event-definitions', {
    name: 'calls',
    fields: FIELDS,
    eventIdFields: ['id'],
    eventTimeField: 'at',
  });
  await api.post('/v1/event-stores', { name: 'calls', eventDefinition: 'calls' });
  const first = `{"id":"e0","at":"2026-09-01T00:00:00.123456Z","amount":"12345678901234567890.5",
    "region \\"x\\"":"\ufeffa,'b'","ok":false,"more":{"a":12345678901234567890.123},
    "n":"-9223372036854775808","day":"2026-02-28"}`;
  const rest = Array.from({ length: 9 }, (_, index) => event(index + 1));
  await api.post('/v1/event-stores/calls/events', `[${first},${JSON.stringify(rest).slice(1)}`, {
    'content-type': 'application/json',
  });
});
afterAll(async () => {
  await api.close();
  removeDirectory(api.weir.dataDir);
});

describe('the table', () => {
  it('has the fields as columns, with canonical values', async () => {
    const answer = await ask(`SELECT * FROM events WHERE id = 'e0'`);
    expect(answer.columns).toEqual([
      { name: 'id', type: 'string' },
      { name: 'at', type: 'datetime' },
      { name: 'amount', type: 'decimal' },
      { name: 'region "x"', type: 'string' },
      { name: 'ok', type: 'boolean' },
      { name: 'more', type: 'json' },
      { name: 'n', type: 'integer' },
      { name: 'day', type: 'date' },
      { name: 'user', type: 'string' },
    ]);
    expect(answer.rows[0]!.toSpliced(5, 1)).toEqual([
      'e0',
      '2026-09-01T00:00:00.123456Z',
      '12345678901234567890.5',
      `\ufeffa,'b'`,
      false,
      '-9223372036854775808',
      '2026-02-28',
      null,
    ]);
    expect(answer.truncated).toBe(false);
  });

  it('gives json digit for digit', async () => {
    const response = await api.weir.server.app.request(path, {
      method: 'POST',
      headers: { authorization: 'Bearer test admin key', 'content-type': 'application/json' },
      body: JSON.stringify({ sql: `SELECT more FROM events WHERE id = 'e0'` }),
    });
    expect(await response.text()).toContain('[[{"a":12345678901234567890.123}]]');
  });

  it('has event time and ingest sequence for those who name them', async () => {
    expect(await rows(`SELECT _event_time = "at", _ingest_sequence FROM events WHERE id = 'e0'`)).toEqual([
      [true, '1'],
    ]);
    const { columns } = await ask('SELECT * FROM events ORDER BY _ingest_sequence LIMIT 1');
    expect(columns.slice(-1)).toEqual([{ name: '_ingest_sequence', type: 'integer' }]);
  });

  it('is read at one moment, however often it is named', async () => {
    const sql = `WITH odd AS (SELECT n FROM Events WHERE n % 2 = 1), even(m) AS (SELECT n FROM "events" WHERE n % 2 = 0)
      SELECT (SELECT count(*) FROM odd), (SELECT count(*) FROM even), count(*) FROM events AS e`;
    expect(await rows(sql)).toEqual([['5', '5', '10']]);
  });

  it('knows fields by names that SQL has a meaning for', async () => {
    expect(await rows(`SELECT user, count(*) FROM events WHERE n > 0 GROUP BY user ORDER BY user`)).toEqual([
      ['u0', '4'],
      ['u1', '5'],
    ]);
  });
});

describe('figures', () => {
  it('are exact where they are whole or decimal', async () => {
    const sql = `SELECT sum(amount), sum(n), max(amount), round(sum(amount), 1), sum(amount * 1.5), n // 2 FROM events
      WHERE n > 0 GROUP BY n // 2 ORDER BY ALL LIMIT 1`;
    const answer = await ask(sql);
    expect(answer.columns.map(({ type }) => type)).toEqual([
      'decimal',
      'integer',
      'decimal',
      'decimal',
      'decimal',
      'integer',
    ]);
    expect(answer.rows).toEqual([['1.1', '1', '1.1', '1.1', '1.65', '0']]);
    expect(await rows(`SELECT sum(amount) FROM events`)).toEqual([['12345678901234567936.4']]);
    expect(await rows(`SELECT sum(n) + min(n) FROM events`)).toEqual([['-18446744073709551571']]);
  });

  it('say that they are not where the engine takes floats', async () => {
    const sql = 'SELECT avg(amount), sum(amount) / 3, 1e3, CAST(1 AS DOUBLE), 2 ** 3 FROM events';
    expect(await types(sql)).toEqual(Array.from({ length: 5 }, () => 'double'));
    expect(await rows('SELECT 1 / 4, 1e300 * 1e300')).toEqual([['0.25', 'inf']]);
  });

  it('keep every digit of a literal', async () => {
    const sql = `SELECT 170141183460469231731687303715884105727, -170141183460469231731687303715884105727,
      12345678901234567890.123456789012345678, -0.50, 9223372036854775807, 1.00, 0.000001`;
    expect(await rows(sql)).toEqual([
      [
        '170141183460469231731687303715884105727',
        '-170141183460469231731687303715884105727',
        '12345678901234567890.123456789012345678',
        '-0.5',
        '9223372036854775807',
        '1',
        '0.000001',
      ],
    ]);
  });
});

const ALLOWED: readonly (readonly [sql: string, expected: unknown[][]])[] = [
  [`SELECT 'it''s', '', NULL, true, false`, [[`it's`, '', null, true, false]]],
  [`SELECT count(*) FROM events WHERE id LIKE 'e%' AND id NOT LIKE '%0'`, [['9']]],
  [`SELECT count(*) FROM events WHERE "region ""x""" LIKE 'us_1' OR id ILIKE 'E_'`, [['10']]],
  [`SELECT count(*) FROM events WHERE "region ""x""" NOT ILIKE 'US\\_1'`, [['10']]],
  [
    `SELECT 'a.b' LIKE 'a_b', 'axb' LIKE 'a._', 'a' || chr LIKE 'a%' FROM (VALUES ('b')) v(chr)`,
    [[true, false, true]],
  ],
  [`SELECT count(*) FROM events WHERE n BETWEEN 2 AND 4 AND n NOT IN (3) AND n IN (2, 3, 4)`, [['2']]],
  [`SELECT count(*) FROM events WHERE regexp_matches(id, '^e[1-3]$') AND id SIMILAR TO 'e\\d'`, [['3']]],
  [`SELECT regexp_extract(id, '(\\d+)', 1) FROM events WHERE n = 7`, [['7']]],
  [
    `SELECT CASE WHEN n > 5 THEN 'big' ELSE 'small' END AS size, count(*) FROM events GROUP BY size ORDER BY 1`,
    [
      ['big', '4'],
      ['small', '6'],
    ],
  ],
  [
    `SELECT CASE n WHEN 1 THEN 'one' END FROM events WHERE n < 3 ORDER BY n NULLS LAST`,
    [[null], ['one'], [null]],
  ],
  [
    `SELECT date_trunc('day', "at"), count(*) FROM events GROUP BY 1 ORDER BY 1 LIMIT 1`,
    [['2026-09-01T00:00:00.000000Z', '4']],
  ],
  [
    `SELECT date_trunc('day', "at" AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York') FROM events WHERE n = 3`,
    [['2026-08-31T00:00:00.000000Z']],
  ],
  [`SELECT "at" AT TIME ZONE 'Europe/Berlin' FROM events WHERE id = 'e0'`, [['2026-08-31T22:00:00.123456Z']]],
  [
    `SELECT "at"::DATE, extract(hour FROM "at"), strftime("at", '%Y/%m') FROM events WHERE n = 5`,
    [['2026-09-03', '5', '2026/09']],
  ],
  [
    `SELECT "at" - INTERVAL 1 DAY, "at" + INTERVAL '2 hours', "at" - TIMESTAMP '2026-09-01' FROM events WHERE n = 3`,
    [['2026-08-31T03:30:00.000000Z', '2026-09-01T05:30:00.000000Z', '03:30:00']],
  ],
  [
    `SELECT count(DISTINCT "region ""x"""), count(*) FILTER (WHERE n > 5), count_if(n > 8) FROM events`,
    [['3', '4', '1']],
  ],
  [
    `SELECT n, sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), lag(n, 1, 0) OVER (ORDER BY n), row_number() OVER (PARTITION BY user ORDER BY n DESC) FROM events WHERE n BETWEEN 1 AND 3 ORDER BY n`,
    [
      ['1', '1', '0', '2'],
      ['2', '3', '1', '1'],
      ['3', '5', '2', '1'],
    ],
  ],
  [
    `SELECT id FROM events WHERE n > 0 QUALIFY rank() OVER (PARTITION BY user ORDER BY amount DESC) = 1 ORDER BY id`,
    [['e8'], ['e9']],
  ],
  [
    `SELECT user, n % 2 AS odd, count(*), grouping(user) FROM events WHERE n > 0 GROUP BY ROLLUP (user, n % 2) HAVING count(*) > 4 ORDER BY ALL`,
    [
      ['u1', '1', '5', '0'],
      ['u1', null, '5', '0'],
      [null, null, '9', '1'],
    ],
  ],
  [
    `SELECT user, sum(n) FROM events WHERE n > 0 GROUP BY ALL ORDER BY ALL`,
    [
      ['u0', '20'],
      ['u1', '25'],
    ],
  ],
  [`SELECT e.id, f.id FROM events e JOIN events f ON f.n = e.n + 1 WHERE e.n = 4`, [['e4', 'e5']]],
  [`SELECT count(*) FROM events e LEFT JOIN events f USING (id) SEMI JOIN events g ON g.n = e.n`, [['10']]],
  [
    `SELECT e.n, f.n FROM events e ASOF JOIN (SELECT * FROM events WHERE n IN (2, 6)) f ON e.at >= f.at WHERE e.n = 9`,
    [['9', '6']],
  ],
  [`SELECT DISTINCT user FROM events ORDER BY user NULLS FIRST`, [[null], ['u0'], ['u1']]],
  [
    `SELECT DISTINCT ON (user) user, n FROM events WHERE n > 0 ORDER BY user, n DESC`,
    [
      ['u0', '8'],
      ['u1', '9'],
    ],
  ],
  [`SELECT 1 UNION ALL SELECT 1 UNION SELECT 2 ORDER BY 1`, [['1'], ['2']]],
  [`(SELECT n FROM events WHERE n > 7) EXCEPT (SELECT n FROM events WHERE n = 9)`, [['8']]],
  [
    `SELECT n FROM events WHERE n IN (SELECT max(n) FROM events) OR n = ANY (SELECT 3) ORDER BY n`,
    [['3'], ['9']],
  ],
  [`SELECT n FROM events e WHERE NOT EXISTS (SELECT 1 FROM events f WHERE f.n > e.n)`, [['9']]],
  [
    `SELECT * EXCLUDE ("at", amount, "region ""x""", ok, more, day, user) REPLACE (n * 2 AS n) FROM events WHERE n = 2`,
    [['e2', '4']],
  ],
  [
    `SELECT a + 1 AS b, b * 2 FROM (VALUES (1), (2)) t(a) ORDER BY 1 DESC`,
    [
      ['3', '6'],
      ['2', '4'],
    ],
  ],
  [
    `SELECT coalesce(user, 'none'), nullif(n, 1), ifnull(user, ''), greatest(1, 3, 2) FROM events WHERE n = 1`,
    [['u1', null, 'u1', '3']],
  ],
  [
    `SELECT upper(id) || '-' || n || NULL, concat(id, NULL, n), replace(id, 'e', 'xy'), left(id, 1), trim(' a ') FROM events WHERE n = 1`,
    [[null, 'e11', 'xy1', 'e', 'a']],
  ],
  [
    `SELECT TRY_CAST(id AS BIGINT), CAST(n AS VARCHAR), n::DECIMAL(10,2) FROM events WHERE n = 1`,
    [[null, '1', '1']],
  ],
  [
    `SELECT quantile_disc(amount, 0.95), median(n), arg_max(id, n), min_by(id, n) FROM events WHERE n > 0`,
    [['9.1', '5.0', 'e9', 'e1']],
  ],
  [
    `SELECT count(*) FROM events WHERE user IS NULL AND ok IS NOT NULL AND NOT ok AND user IS DISTINCT FROM 'u'`,
    [['1']],
  ],
  [`FROM events SELECT count(*) -- a comment\n /* and another */;`, [['10']]],
  [`SELECT e FROM (SELECT n AS e FROM events) WHERE e > 5 ORDER BY e LIMIT 2 OFFSET 1`, [['7'], ['8']]],
];

describe('SQL', () => {
  it.each(ALLOWED)('%s', async (sql, expected) => {
    expect(await rows(sql)).toEqual(expected);
  });
});

describe('limits of an answer', () => {
  it('says when there are more rows, keeping their order', async () => {
    const answer = await ask('SELECT n FROM events ORDER BY n DESC', 3);
    expect(answer).toMatchObject({ rows: [['9'], ['8'], ['7']], truncated: true });
    expect((await ask('SELECT n FROM events', 10)).truncated).toBe(false);
    expect((await ask('SELECT n FROM events LIMIT 4', 4)).truncated).toBe(false);
  });

  it.each([0, 10_001, 1.5, '5'])('refuses %j as the limit', async (limit) => {
    const { status, body } = await api.weir.call('POST', path, { sql: 'SELECT 1', limit });
    expect([status, body['code']]).toEqual([422, 'VALUE_INVALID']);
  });
});

describe('mistakes', () => {
  it.each([
    ['SELEC 1', 'QUERY_INVALID', /syntax error at or near "SELEC" at line 1, column 1/u],
    [
      "SELECT 1,\n  ü, 'ü', FROM FROM",
      'QUERY_INVALID',
      /at line 2, column 16.*field.* "at".* word.? of SQL/su,
    ],
    ['SELECT n,\n  nope FROM events', 'QUERY_INVALID', /"nope" not found.* \(at line 2, column 3\)/u],
    ['SELECT sum(id) FROM events', 'QUERY_INVALID', /sum\(VARCHAR\)/u],
    ['SELECT n, count(*) FROM events', 'QUERY_INVALID', /GROUP BY/u],
    [`SELECT CAST(id AS BIGINT) FROM events`, 'QUERY_FAILED', /'e\d'/u],
    ['SELECT n - 1 FROM events', 'QUERY_FAILED', /Overflow/u],
    [`SELECT "at" AT TIME ZONE 'Mars' FROM events`, 'QUERY_FAILED', /Mars/u],
    ['SELECT events FROM events', 'QUERY_INVALID', /Column 1 of the answer \("events"\) has type STRUCT/u],
    [' -- nothing', 'QUERY_INVALID', /no statement/u],
  ])('%j is %s', async (sql, code, message) => {
    const { status, body } = await api.weir.call('POST', path, { sql });
    expect([status, body['code']]).toEqual([422, code]);
    expect(body['detail']).toMatch(message);
    expect(body['detail']).not.toMatch(/weir_|ev_\d|LINE/u);
    expect(body['errors']).toMatchObject([{ pointer: '/sql', code }]);
  });

  it('are told all at once, each with its place', async () => {
    const sql = `SELECT random(),\n getenv('HOME') FROM 'x.csv'`;
    const { body } = await api.weir.call('POST', path, { sql });
    expect(body).toMatchObject({ code: 'QUERY_NOT_ALLOWED' });
    expect((body['errors'] as { message: string }[]).map(({ message }) => message)).toEqual([
      'the table "x.csv" (there is only "events") is not allowed at line 2, column 22.',
      'the function random() is not allowed at line 1, column 8.',
      'the function getenv() is not allowed at line 2, column 2.',
    ]);
  });
});

describe('the documentation', () => {
  it('has examples that work', async () => {
    const field = (name: string, type: string) => ({ name, type });
    await api.post('/v1/event-definitions', {
      name: 'usage',
      fields: [
        { ...field('id', 'string'), required: true },
        { ...field('at', 'datetime'), required: true },
        field('account', 'string'),
        field('region', 'string'),
        field('units', 'decimal'),
      ],
      eventIdFields: ['id'],
      eventTimeField: 'at',
    });
    await api.post('/v1/event-stores', { name: 'usage', eventDefinition: 'usage' });
    const times = ['2026-09-01T00:00:00Z', '2026-09-01T00:00:00.5Z', '2026-09-05T12:00:00Z', '2026-09-02'];
    const events = times.map((time, index) => ({
      id: `u${index}`,
      at: time,
      account: 'a',
      region: 'eu',
      units: '1.5',
    }));
    await api.post('/v1/event-stores/usage/events', events);
    const page = readFileSync(join(packageRoot, 'docs/reference/queries.md'), 'utf8');
    const examples = [...page.matchAll(/^```sql\n([^]*?)^```$/gmu)].map(([, sql]) => sql!);
    expect(examples.length).toBeGreaterThan(5);
    const answers: Answer[] = [];
    for (const sql of examples) {
      answers.push(await api.post<Answer>('/v1/event-stores/usage/queries', { sql }));
    }
    expect(answers.map(({ rows: found }) => found.length)).toEqual([3, 3, 1, 1, 1, 3, 1]);
    expect(answers[3]!.rows[0]!.slice(0, 3)).toEqual(['u1', 'a', '1.5']);
    expect(answers[6]!.rows).toEqual([['u3', '2026-09-02T00:00:00.000000Z', '4']]);
  });
});
