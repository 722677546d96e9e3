// Proposals from samples.
import { describe, expect, it } from 'vitest';
import { detectDefinition, validateDefinition } from '../../src/definitions/index.ts';
import type { DecodeFormat, DefinitionProposal, DetectOptions } from '../../src/definitions/index.ts';
import { cutAt } from './door.ts';

const detect = (
  format: DecodeFormat,
  sample: string,
  options: DetectOptions = {},
): Promise<DefinitionProposal> => detectDefinition(format, cutAt(sample), options);
const ndjson = (...events: unknown[]): string => events.map((event) => JSON.stringify(event)).join('\n');
const types = ({ fields }: DefinitionProposal): Record<string, string> =>
  Object.fromEntries(
    fields.map(({ name, type, scale, required }) => [
      name,
      `${type}${scale === undefined ? '' : ` ${scale}`}${required ? '' : '?'}`,
    ]),
  );

describe('detectDefinition', () => {
  it('proposes types that read every value', async () => {
    const proposal = await detect(
      'ndjson',
      ndjson(
        {
          id: 'a',
          at: '2026-03-05T06:07:08Z',
          day: '2026-03-05',
          n: 1,
          q: 1,
          ok: true,
          o: { a: 1 },
          s: 'x',
          m: 1,
        },
        {
          id: 'b',
          at: '2026-03-05',
          day: '03/05/2026',
          n: -2,
          q: 2.5,
          ok: false,
          o: [1],
          s: '5',
          m: 'x',
          late: 1,
        },
        {
          id: 'c',
          at: '2026-03-06 00:00:00',
          day: '2026-03-05',
          n: 3,
          q: 3,
          ok: true,
          o: null,
          s: null,
          m: 2,
        },
      ),
    );
    expect(types(proposal)).toEqual({
      id: 'string',
      at: 'datetime',
      day: 'date',
      n: 'integer',
      q: 'decimal 12',
      ok: 'boolean',
      o: 'json?',
      s: 'string?',
      m: 'json',
      late: 'integer?',
    });
    expect(proposal).toMatchObject({
      eventIdFields: ['id'],
      eventTimeField: 'at',
      eventsRead: 3,
      eventsRejected: 0,
    });
    expect(validateDefinition({ name: 'proposed', ...proposal })).toEqual([]);
  });

  it('reads the types of CSV from its texts', async () => {
    const sample = [
      'account number,amount,flag,tags,when,zip,empty,price',
      '1001,1.5,TRUE,"{""a"":1}",2026-03-05 01:02:03,0123,NULL,0.123456789012345',
      '1002,-2,false,,2026-03-05 01:02:04,1234,,1e-3',
    ].join('\r\n');
    const proposal = await detect('csv', sample, { nullText: 'NULL' });
    expect(types(proposal)).toEqual({
      'account number': 'string',
      amount: 'decimal 12',
      flag: 'boolean',
      tags: 'json?',
      when: 'datetime',
      zip: 'string',
      empty: 'string?',
      price: 'decimal 15',
    });
    expect(proposal.eventIdFields).toEqual(['$file', '$line']);
    expect(proposal.candidates).toEqual({ eventId: ['account number', 'zip'], eventTime: ['when'] });
  });

  it('leaves room for the digits it saw, or keeps them as text', async () => {
    const wide = '1'.repeat(30);
    expect(types(await detect('csv', `a,b\n${wide}.5,${wide}.1234567890`))).toEqual({
      a: 'decimal 8',
      b: 'string',
    });
    expect(types(await detect('json', `{"a":0.1234567890123456789}`))).toEqual({ a: 'json' });
    expect(types(await detect('csv', 'a\n9223372036854775808'))).toEqual({ a: 'decimal 12' });
  });

  it('sees epoch numbers by name and size', async () => {
    const sample = ndjson({ timestamp: 1780586634.1, n: 1780586634 }, { timestamp: 1780586634100, n: 7 });
    const proposal = await detect('ndjson', sample);
    expect(types(proposal)).toEqual({ timestamp: 'datetime', n: 'integer' });
    expect(proposal.eventTimeField).toBe('timestamp');
  });

  it('prefers the event time that says so and differs, and makes one of days at need', async () => {
    const two = await detect(
      'csv',
      'periodStart,usageStart,end\n2026-03-01 00:00:00,2026-03-05 01:00:00,2026-04-01 00:00:00\n2026-03-01 00:00:00,2026-03-05 02:00:00,2026-04-02 00:00:00\n',
    );
    expect(two.candidates.eventTime).toEqual(['usageStart', 'periodStart', 'end']);
    const days = await detect('csv', 'id,usage date\na,2026-03-05\n');
    expect(types(days)).toEqual({ id: 'string', 'usage date': 'datetime' });
    expect(days.eventTimeField).toBe('usage date');
  });

  it('finds no id and no time where there is none', async () => {
    const proposal = await detect('json', '[{"a":1},{"a":1}]');
    expect(proposal).toMatchObject({ eventIdFields: [], candidates: { eventId: [], eventTime: [] } });
    expect('eventTimeField' in proposal).toBe(false);
  });

  it('reads CloudEvents and XML', async () => {
    const cloud = JSON.stringify({
      specversion: '1.0',
      id: 'x',
      type: 't',
      source: 's',
      data: { amount: 1.5 },
    });
    const proposal = await detect('json', cloud, { cloudEvents: true });
    expect(types(proposal)).toEqual({ id: 'string', type: 'string', source: 'string', amount: 'decimal 12' });
    expect(proposal.eventIdFields).toEqual(['id']);
    expect(types(await detect('xml', '<r><e id="a7"><n>5</n></e></r>'))).toEqual({
      id: 'string',
      n: 'integer',
    });
  });

  it('looks at a bounded number of events, and counts what it could not read', async () => {
    const lines = Array.from({ length: 6_000 }, (_, index) => `{"n":${index === 5_500 ? '"late"' : index}}`);
    const proposal = await detect('ndjson', ['oops', ...lines].join('\n'));
    expect(proposal).toMatchObject({ eventsRead: 5_000, eventsRejected: 1 });
    expect(types(proposal)).toEqual({ n: 'integer' });
  });

  it('keeps what looks like a number and is none a text, and takes mixed values for text', async () => {
    const sample = 'id,zip,mixed,plus,none,huge\n1,01234,5,+1,,1e400\n2,98765,x,+2,,2\n';
    expect(types(await detect('csv', sample))).toMatchObject({
      zip: 'string',
      mixed: 'string',
      plus: 'string',
      none: 'string?',
      huge: 'string',
    });
  });

  it('reads a byte order mark, and refuses what is not UTF-8 or has a column twice', async () => {
    expect(types(await detect('csv', '\ufeffid,n\na,1\n'))).toEqual({ id: 'string', n: 'integer' });
    const latin = detectDefinition('csv', cutAt(Buffer.from('id,n\n\xe9,1\n', 'latin1')));
    await expect(latin).rejects.toMatchObject({ code: 'BODY_NOT_UTF8' });
    await expect(detect('csv', 'id,id\na,b\n')).rejects.toMatchObject({ code: 'CSV_HEADER_INVALID' });
    await expect(detect('json', '')).rejects.toMatchObject({ code: 'BODY_MALFORMED' });
    await expect(detect('csv', '')).rejects.toMatchObject({ code: 'SAMPLE_EMPTY' });
  });

  it('keeps no value that it has seen, and gives up on endless names', async () => {
    const long = (index: number): string => `{"id":"${'x'.repeat(200_000)}${index % 20}","n":${index}}`;
    const lines = Array.from({ length: 100 }, (_, index) => long(index));
    const proposal = await detect('ndjson', lines.join('\n'));
    expect(proposal.candidates.eventId).toEqual(['n']);
    const names = Array.from({ length: 501 }, (_, index) => `{"f${index}":1}`);
    await expect(detect('ndjson', names.join('\n'))).rejects.toMatchObject({ code: 'SAMPLE_TOO_WIDE' });
  });

  it('refuses a sample without events', async () => {
    for (const [format, sample] of [
      ['json', '[]'],
      ['ndjson', 'oops'],
      ['csv', 'a,b\n'],
    ] as const) {
      await expect(detect(format, sample)).rejects.toMatchObject({
        category: 'invalid',
        code: 'SAMPLE_EMPTY',
      });
    }
  });
});
