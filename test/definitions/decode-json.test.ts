// JSON, NDJSON and CloudEvents bodies.
import { describe, expect, it } from 'vitest';
import { definition, decode } from './door.ts';

const TIME = '2026-03-05T06:07:08.000000Z';
const good = (id: string): string => `{"id":"${id}","time":"2026-03-05T06:07:08Z","amount":"1.50"}`;
const row = (id: string): unknown[] => [id, TIME, '1.5', null, null, null, null];

describe('NDJSON', () => {
  it('reads one event per line, in the order of the definition', async () => {
    const line =
      '{"tags":{"b":1,"a":[2]},"note":"🎉","flag":true,"count":-7,"amount":12345678901234567.8901,' +
      '"time":1780586634.1,"id":"a"}';
    const { rows, rejected, batches } = await decode('ndjson', `${line}\n\r\n${good('b')}\r\n`);
    expect(rejected).toEqual([]);
    expect(rows).toEqual([
      {
        index: 0,
        values: [
          'a',
          '2026-06-04T15:23:54.100000Z',
          '12345678901234567.8901',
          '-7',
          'true',
          '🎉',
          '{"a":[2],"b":1}',
        ],
      },
      { index: 1, values: row('b') },
    ]);
    expect(batches).toBe(1);
  });

  it('rejects a bad line and goes on, lines counted with the blank ones', async () => {
    const body = `\ufeff${good('a')}\n\n{"id":\n${good('b')}\n[1]\nnull\n"x"\n${good('c')}`;
    const { rows, rejected } = await decode('ndjson', body);
    expect(rows.map(({ index, values }) => [index, values[0]])).toEqual([
      [0, 'a'],
      [2, 'b'],
      [6, 'c'],
    ]);
    expect(rejected.map(({ index, line, code, input }) => [index, line, code, input])).toEqual([
      [1, 3, 'EVENT_MALFORMED', '{"id":'],
      [3, 5, 'EVENT_INVALID', '[1]'],
      [4, 6, 'EVENT_INVALID', 'null'],
      [5, 7, 'EVENT_INVALID', '"x"'],
    ]);
    expect(rejected[0]?.message).toBe('The line is not JSON: unexpected end at character 7.');
  });

  it('has no events in an empty body', async () => {
    for (const body of ['', '\n', ' \r\n\n', '\ufeff']) {
      expect(await decode('ndjson', body)).toEqual({ rows: [], rejected: [], ignoredFields: 0, batches: 0 });
    }
  });

  it('rejects a line that is not UTF-8, and that alone', async () => {
    const body = Buffer.concat([
      Buffer.from(`${good('a')}\n{"id":"`),
      Buffer.from([0xff, 0xc3]),
      Buffer.from(`"}\n${good('b')}\n`),
    ]);
    const { rows, rejected } = await decode('ndjson', body);
    expect(rows.map(({ values }) => values[0])).toEqual(['a', 'b']);
    expect(rejected).toMatchObject([{ index: 1, line: 2, code: 'EVENT_NOT_UTF8' }]);
  });

  it('rejects a line above the limit without keeping it', async () => {
    const long = `{"id":"${'x'.repeat(5_000)}"}`;
    const places = Array.from({ length: 50 }, (_, index) => (index + 1) * 100);
    for (const cuts of [[], places]) {
      const body = `${good('a')}\n${long}\n${good('b')}\n${long}`;
      const { rows, rejected } = await decode('ndjson', body, { eventBytesMax: 1_000 }, definition, cuts);
      expect(rows.map(({ index, values }) => [index, values[0]])).toEqual([
        [0, 'a'],
        [2, 'b'],
      ]);
      expect(rejected).toMatchObject([
        { index: 1, line: 2, code: 'EVENT_TOO_LARGE' },
        { index: 3, line: 4, code: 'EVENT_TOO_LARGE' },
      ]);
      expect(rejected[0]?.input.startsWith('{"id":"xxx')).toBe(true);
      expect(rejected[0]?.input.length).toBeLessThanOrEqual(4_096);
    }
  });

  it('counts the limit in bytes', async () => {
    const body = `{"id":"${'é'.repeat(100)}"}`;
    const { rejected } = await decode('ndjson', body, { eventBytesMax: 150 });
    expect(rejected).toMatchObject([{ code: 'EVENT_TOO_LARGE' }]);
  });

  it('keeps at most 4,096 characters of the input', async () => {
    const { rejected } = await decode('ndjson', `{"id":"${'x'.repeat(10_000)}"}`);
    expect(rejected[0]?.input.length).toBe(4_096);
  });
});

describe('JSON', () => {
  it('reads an object as one event, an array as one per element', async () => {
    expect((await decode('json', ` ${good('a')} \n`)).rows).toEqual([{ index: 0, values: row('a') }]);
    const { rows } = await decode('json', `\ufeff [ ${good('a')} ,\n${good('b')}]\n`);
    expect(rows.map(({ values }) => values)).toEqual([row('a'), row('b')]);
  });

  it('has no events in an empty array', async () => {
    expect((await decode('json', ' [ ] ')).batches).toBe(0);
  });

  it('is not misled by brackets, commas and escapes in strings', async () => {
    const note = '],[}{"\\\\", \\"';
    const event = { id: 'a', time: TIME, amount: 1, note };
    const { rows } = await decode('json', JSON.stringify([event, { ...event, id: 'b' }]));
    expect(rows.map(({ values }) => [values[0], values[5]])).toEqual([
      ['a', note],
      ['b', note],
    ]);
  });

  it('rejects elements that are no objects', async () => {
    const { rows, rejected } = await decode('json', `[1,${good('a')},null,[{}],"x"]`);
    expect(rows).toMatchObject([{ index: 1 }]);
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'EVENT_INVALID'],
      [2, 'EVENT_INVALID'],
      [3, 'EVENT_INVALID'],
      [4, 'EVENT_INVALID'],
    ]);
    expect(rejected.some((event) => 'line' in event)).toBe(false);
  });

  it.each([
    ['', 'the body is empty at character 1'],
    ['  ', 'the body is empty at character 3'],
    ['[', 'the array has no end at character 2'],
    ['[{}', 'the array has no end at character 4'],
    ['[{}}]', 'expected the end at character 4'],
    ['[,]', 'expected a value at character 2'],
    ['[{},]', 'expected a value at character 5'],
    ['[{},,{}]', 'expected a value at character 5'],
    ['[{}] x', 'text after the end at character 6'],
    ['{} {}', 'expected the end at character 4'],
    ['[{} {}]', 'expected the end at character 5'],
    ['[{"a":1]}', 'expected "," or "}" at character 8'],
    ['[{"a":tru}]', 'expected a value at character 7'],
    ['hello', 'expected a value at character 1'],
    ['[{"a":"x]', 'the array has no end'],
  ])('%j fails as a whole', async (body, reason) => {
    const failure = decode('json', body);
    await expect(failure).rejects.toMatchObject({ category: 'malformed', code: 'BODY_MALFORMED' });
    await expect(failure).rejects.toThrow(reason);
  });

  it('fails as a whole where it is not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('[{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}]')]);
    await expect(decode('json', body)).rejects.toMatchObject({ code: 'BODY_NOT_UTF8' });
    const unfinished = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xf0, 0x9f])]);
    await expect(decode('json', unfinished)).rejects.toMatchObject({ code: 'BODY_NOT_UTF8' });
  });

  it('rejects an element above the limit, in an array or alone', async () => {
    const long = `{"id":"${'x'.repeat(5_000)}"}`;
    const options = { eventBytesMax: 1_000 };
    for (const cuts of [[], [500, 900, 2_000]]) {
      const { rows, rejected } = await decode(
        'json',
        `[${good('a')},${long},${good('b')}]`,
        options,
        definition,
        cuts,
      );
      expect(rows.map(({ index }) => index)).toEqual([0, 2]);
      expect(rejected).toMatchObject([{ index: 1, code: 'EVENT_TOO_LARGE' }]);
    }
    expect((await decode('json', long, options)).rejected).toMatchObject([{ code: 'EVENT_TOO_LARGE' }]);
  });

  it('keeps batches small, whatever the size of the chunks', async () => {
    const body = `[${Array.from({ length: 5_000 }, (_, index) => good(String(index))).join()}]`;
    const { rows, batches } = await decode('json', body, { batchRows: 100 });
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
    expect(batches).toBeGreaterThanOrEqual(50);
  });
});

describe('CloudEvents', () => {
  const envelope = {
    specversion: '1.0',
    id: 'from-envelope',
    source: '/meters/7',
    type: 'usage',
    time: '2026-03-05T06:07:08Z',
  };

  it('takes the fields from data and fills what data lacks', async () => {
    const body = JSON.stringify([
      { ...envelope, data: { amount: 1.5 } },
      { ...envelope, data: { id: 'own', time: '2026-01-01', amount: 2 } },
    ]);
    const { rows, rejected } = await decode('json', body, { cloudEvents: true });
    expect(rejected).toEqual([]);
    expect(rows.map(({ values }) => values.slice(0, 3))).toEqual([
      ['from-envelope', TIME, '1.5'],
      ['own', '2026-01-01T00:00:00.000000Z', '2'],
    ]);
  });

  it('points into data, and refuses data that is no object', async () => {
    const body = [
      JSON.stringify({ ...envelope, data: { amount: 'x', extra: 1 } }),
      JSON.stringify({ ...envelope, data: 'text' }),
      JSON.stringify({ ...envelope }),
    ].join('\n');
    const { rejected } = await decode('ndjson', body, { cloudEvents: true });
    expect(rejected.map(({ pointer, errors }) => [pointer, errors?.map((error) => error.pointer)])).toEqual([
      ['/data/amount', ['/data/extra']],
      ['/data', ['/data/amount']],
      ['/data/amount', undefined],
    ]);
  });

  // Attributes of the example of the specification (section 3.2 of the JSON format), with data of ours.
  const example = {
    specversion: '1.0',
    type: 'com.example.someevent',
    source: '/mycontext',
    subject: null,
    id: 'C234-1234-1234',
    time: '2018-04-05T17:31:00Z',
    comexampleextension1: 'value',
    comexampleothervalue: 5,
    datacontenttype: 'application/json; charset=utf-8',
    data: { amount: '1' },
  };

  it('reads the example of the specification, extension attributes aside', async () => {
    const big = JSON.stringify(example).replace(':5,', ':12345678901234567890,');
    for (const body of [JSON.stringify(example), `[${JSON.stringify(example)}]`, big]) {
      const { rows, rejected } = await decode('json', body, { cloudEvents: true });
      expect(rejected).toEqual([]);
      expect(rows[0]?.values.slice(0, 3)).toEqual(['C234-1234-1234', '2018-04-05T17:31:00.000000Z', '1']);
    }
  });

  it.each([
    [{ specversion: undefined }, '/specversion'],
    [{ specversion: '0.3' }, '/specversion'],
    [{ specversion: 1.0 }, '/specversion'],
    [{ source: undefined }, '/source'],
    [{ type: '' }, '/type'],
    [{ subject: 5 }, '/subject'],
    [{ datacontenttype: 'application/xml' }, '/datacontenttype'],
    [{ data_base64: 'eyJhIjoxfQ==' }, '/data_base64'],
    [{ accountNumber: 'a' }, '/accountNumber'],
    [{ trace_id: 'a' }, '/trace_id'],
    [{ trace: { id: 'a' } }, '/trace'],
    [{ trace: ['a'] }, '/trace'],
  ])('refuses %j', async (change, pointer) => {
    const body = JSON.stringify([{ ...example, ...change }, example]);
    const { rows, rejected } = await decode('json', body, { cloudEvents: true });
    expect(rejected).toMatchObject([{ index: 0, code: 'EVENT_INVALID', pointer }]);
    expect(rejected[0]?.errors).toBeUndefined();
    expect(rows).toMatchObject([{ index: 1 }]);
  });

  it('reports everything that is wrong with envelope and data at once', async () => {
    const { rejected } = await decode('json', '{"data":[1],"id":""}', { cloudEvents: true });
    const [first] = rejected;
    expect([first?.pointer, ...(first?.errors ?? []).map(({ pointer }) => pointer)]).toEqual([
      '/specversion',
      '/id',
      '/source',
      '/type',
      '/data',
      '/data/id',
      '/data/time',
      '/data/amount',
    ]);
  });

  it('takes +json types of data, and null for an attribute that is not there', async () => {
    const body = JSON.stringify({
      ...example,
      datacontenttype: 'application/vnd.acme+json',
      dataschema: null,
    });
    expect((await decode('json', body, { cloudEvents: true })).rows).toHaveLength(1);
  });
});
