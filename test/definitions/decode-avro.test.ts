// Avro object container files, written by another implementation.
import { deflateRawSync, crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDefinition, EventField } from '../../src/definitions/index.ts';
import { avroFile, avroFileOf, avroValue } from './avro-files.ts';
import { decode, definition } from './door.ts';

const ID = { name: 'id', type: 'string' };
const at = { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } };
const record = (...fields: unknown[]) =>
  ({ type: 'record', name: 'Usage', fields: [ID, at, ...fields] }) as never;
/** The schema's fields, and one of ours beside id and time. */
const withField = (type: EventField['type'], rest: Partial<EventField> = {}): EventDefinition => ({
  ...definition,
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'time', type: 'datetime', required: true },
    { name: 'v', type, required: false, ...rest },
  ],
});
const TIME = 1_780_586_634_123_456n;
const time = '2026-06-04T15:23:54.123456Z';

/** The canonical value of one field, or why there is none. */
async function read(type: unknown, value: unknown, of: EventDefinition): Promise<string | null | undefined> {
  const file = await avroFile(record({ name: 'v', type }), [{ id: 'a', time: TIME, v: value }]);
  const { rows, rejected } = await decode('avro', file, {}, of);
  return rejected[0]?.message ?? rows[0]?.values[2];
}
const logical = (type: string, logicalType: string, rest: object = {}) => ({ type, logicalType, ...rest });

describe('an Avro file', () => {
  const of = withField('integer');
  const schema = record({ name: 'v', type: ['null', 'long'] });
  const records = Array.from({ length: 5_000 }, (_, index) => ({
    id: `id ${index}`,
    time: TIME + BigInt(index),
    v: index % 3 === 0 ? null : { long: BigInt(index) },
  }));

  it.each([
    ['null', 65_536],
    ['deflate', 65_536],
    ['deflate', 100],
  ] as const)('is read by blocks (%s, blocks of %i bytes), however it is cut', async (codec, blockSize) => {
    const file = await avroFile(schema, records, { codec, blockSize });
    const places = Array.from({ length: 40 }, (_, index) => Math.floor((file.length * index) / 40) + 1);
    const { rows, rejected, batches } = await decode('avro', file, { batchRows: 500 }, of, places);
    expect(rejected).toEqual([]);
    expect(rows.map(({ index }) => index)).toEqual(records.map((_, index) => index));
    expect(rows[0]?.values).toEqual(['id 0', time, null]);
    expect(rows[4_999]?.values).toEqual(['id 4999', '2026-06-04T15:23:54.128455Z', '4999']);
    expect(batches).toBeGreaterThanOrEqual(10);
  });

  it('may hold no record', async () => {
    expect((await decode('avro', await avroFile(schema, []), {}, of)).rows).toEqual([]);
  });

  it('numbers its records, and rejects those that do not fit', async () => {
    const file = await avroFile(record({ name: 'w', type: 'boolean' }), [
      { id: '', time: TIME, w: true },
      { id: 'b', time: TIME, w: false },
    ]);
    const { rejected } = await decode('avro', file, {}, of);
    expect(rejected).toMatchObject([
      {
        index: 0,
        code: 'EVENT_ID_MISSING',
        errors: [{ pointer: '/w' }],
        input: `{"id":"","time":"${time}","w":true}`,
      },
      { index: 1, code: 'EVENT_INVALID', pointer: '/w' },
    ]);
    const byPlace: EventDefinition = { ...of, eventIdFields: ['$file', '$line'] };
    const { rows } = await decode('avro', file, { file: 'f.avro', unknown: 'ignore' }, byPlace);
    expect(rows.map(({ values }) => values.slice(3))).toEqual([
      ['f.avro', '1'],
      ['f.avro', '2'],
    ]);
  });
});

describe('a value of an Avro file', () => {
  it.each([
    ['long', 9_223_372_036_854_775_807n, withField('integer'), '9223372036854775807'],
    ['long', -9_223_372_036_854_775_808n, withField('decimal', { scale: 0 }), '-9223372036854775808'],
    ['int', -2_147_483_648, withField('integer'), '-2147483648'],
    ['float', Math.fround(0.1), withField('decimal'), '0.1'],
    ['float', Math.fround(16_777_216), withField('decimal'), '16777216'],
    ['double', 0.1, withField('decimal'), '0.1'],
    ['double', 1e22, withField('decimal'), '10000000000000000000000'],
    ['double', 0.1 + 0.2, withField('decimal', { scale: 17 }), '0.30000000000000004'],
    [
      'double',
      0.1 + 0.2,
      withField('decimal'),
      'Field "v": "0.30000000000000004" has 17 decimals, the field holds 12.',
    ],
    ['double', Number.NaN, withField('decimal'), 'Field "v": "NaN" is not a number.'],
    ['boolean', true, withField('boolean'), 'true'],
    ['bytes', Buffer.from([0xff, 0]), withField('string'), '/wA='],
    [logical('int', 'date'), -1, withField('date'), '1969-12-31'],
    [
      logical('int', 'date'),
      2_147_483_647,
      withField('date'),
      'Field "v": "2147483647 days since 1970" is not a date.',
    ],
    [logical('int', 'time-millis'), 36_000_001, withField('string'), '10:00:00.001000'],
    [logical('long', 'time-micros'), 86_399_999_999n, withField('string'), '23:59:59.999999'],
    [logical('long', 'timestamp-millis'), -1n, withField('datetime'), '1969-12-31T23:59:59.999000Z'],
    [logical('long', 'timestamp-nanos'), -1n, withField('datetime'), '1969-12-31T23:59:59.999999Z'],
    [
      logical('long', 'local-timestamp-millis'),
      1_780_586_634_123n,
      { ...withField('datetime'), timeZone: 'Europe/Budapest' },
      '2026-06-04T13:23:54.123000Z',
    ],
    [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, 'B', withField('string'), 'B'],
    [{ type: 'fixed', name: 'F', size: 2 }, Buffer.from([1, 2]), withField('string'), 'AQI='],
    [
      { type: 'fixed', name: 'D', size: 12, logicalType: 'duration' },
      Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 0xbc, 0x0b, 0, 0]),
      withField('string'),
      'P1M2DT3.004S',
    ],
    [
      { type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' },
      Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
      withField('string'),
      '00112233-4455-6677-8899-aabbccddeeff',
    ],
    [{ type: 'array', items: 'long' }, [9_007_199_254_740_993n], withField('json'), '[9007199254740993]'],
    [
      { type: 'map', values: 'double' },
      { ['__proto__']: 0.5, a: 1 },
      withField('json'),
      '{"__proto__":0.5,"a":1}',
    ],
    [['null', 'string', 'int'], { int: 7 }, withField('json'), '7'],
    [
      { type: 'record', name: 'Inner', fields: [{ name: 'x', type: ['null', 'Inner'] }] },
      { x: { Inner: { x: null } } },
      withField('json'),
      '{"x":{"x":null}}',
    ],
  ])('%j %s', async (type, value, of, expected) => expect(await read(type, value, of)).toBe(expected));

  it('is exact as a decimal, in bytes and in fixed', async () => {
    const toBytes = (unscaled: bigint, size?: number): Buffer => {
      let length = size ?? 1;
      if (size === undefined) while (BigInt.asIntN(8 * length, unscaled) !== unscaled) length++;
      const hex = BigInt.asUintN(8 * length, unscaled).toString(16);
      return Buffer.from(hex.padStart(2 * length, '0'), 'hex');
    };
    const edge = 10n ** 38n - 1n;
    const unscaled = fc.bigInt({ min: -edge, max: edge });
    await fc.assert(
      fc.asyncProperty(
        unscaled,
        fc.integer({ min: 0, max: 18 }),
        fc.boolean(),
        async (value, scale, fixed) => {
          const meaning = { logicalType: 'decimal', precision: 38, scale };
          const type = fixed
            ? { type: 'fixed', name: 'D', size: 17, ...meaning }
            : { type: 'bytes', ...meaning };
          const canonical = await read(
            type,
            toBytes(value, fixed ? 17 : undefined),
            withField('decimal', { scale }),
          );
          // Back to the unscaled value by text.
          const [whole = '', fraction = ''] = (canonical ?? '').split('.');
          expect(BigInt(whole + fraction.padEnd(scale, '0'))).toBe(value);
        },
      ),
      { numRuns: 200 },
    );
    const wide = logical('bytes', 'decimal', { precision: 60, scale: 0 });
    expect(await read(wide, toBytes(10n ** 38n), withField('decimal', { scale: 0 }))).toMatch(
      /more than 38 digits/u,
    );
    expect(await read(wide, Buffer.alloc(100_000, 1), withField('decimal'))).toMatch(
      /decimal of 100000 bytes/u,
    );
    expect(await read(wide, Buffer.alloc(0), withField('decimal'))).toBe('0');
  });

  it('is any long', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), async (value) => {
        expect(await read('long', value, withField('integer'))).toBe(String(value));
      }),
    );
  });
});

describe('a broken Avro file', () => {
  const schema = { type: 'record', name: 'R', fields: [ID] };
  const one = avroValue('string', 'a');
  const failure = (file: Buffer, places: number[] = []) => decode('avro', file, {}, definition, places);
  const code = (name: string, message: RegExp) =>
    expect.objectContaining({ code: name, message: expect.stringMatching(message) });

  it.each([
    ['is empty', Buffer.alloc(0), /ends in its header/],
    ['is none', Buffer.from('PAR1 and so on'), /does not begin/],
    ['has no schema', Buffer.concat([Buffer.from('Obj\x01\0'), Buffer.alloc(16)]), /no schema/],
    ['has a schema that is no JSON', avroFileOf('{', { records: 0, bytes: Buffer.alloc(0) }), /no JSON/],
    ['holds no records', avroFileOf('"long"', { records: 0, bytes: Buffer.alloc(0) }), /holds longs/],
    ['has too few bytes', avroFileOf(schema, { records: 2, bytes: one }), /block 1, record 2: .*ends inside/],
    [
      'has too many bytes',
      avroFileOf(schema, { records: 1, bytes: Buffer.concat([one, one]) }),
      /2 bytes follow/,
    ],
    [
      'has records of nothing',
      avroFileOf(schema, { records: 2 ** 40, bytes: one }),
      /more records than bytes/,
    ],
    ['has a size below zero', avroFileOf(schema, { records: 1, bytes: one, size: -5 }), /below zero/],
    [
      'has a text that is not UTF-8',
      avroFileOf(schema, { records: 1, bytes: Buffer.from([2, 0xff]) }),
      /not UTF-8/,
    ],
    [
      'is not deflated',
      avroFileOf(schema, { records: 1, bytes: Buffer.from([0xff, 0xff]) }, 'deflate'),
      /unpacked/,
    ],
  ])('that %s is refused', async (_name, file, message) => {
    await expect(failure(file)).rejects.toEqual(code('AVRO_MALFORMED', message));
  });

  it('is refused wherever it ends', async () => {
    const file = await avroFile(record(), [
      { id: 'a', time: TIME },
      { id: 'b', time: TIME },
    ]);
    for (let length = 0; length < file.length; length++) {
      // After its header it is a whole file, of no records.
      const outcome = failure(file.subarray(0, length)).then(
        ({ rows }) => rows.length,
        (error: unknown) => error,
      );
      const ended = await outcome;
      if (ended !== 0) expect(ended).toMatchObject({ code: 'AVRO_MALFORMED' });
    }
  });

  it('is refused for each flipped byte, or read as something else, but never breaks anything', async () => {
    const file = await avroFile(record({ name: 'v', type: { type: 'array', items: 'long' } }), [
      { id: 'a', time: TIME, v: [1n, 2n] },
    ]);
    for (let place = 0; place < file.length; place++) {
      for (const bits of [0x01, 0x80, 0xff]) {
        const broken = Buffer.from(file);
        broken[place] = (broken[place] ?? 0) ^ bits;
        await failure(broken).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'WeirError', code: expect.stringMatching(/^(AVRO|SCHEMA)_/) });
        });
      }
    }
  });

  it('cannot announce more than there is', async () => {
    const array = {
      type: 'record',
      name: 'R',
      fields: [{ name: 'a', type: { type: 'array', items: 'int' } }],
    };
    const nothing = {
      type: 'record',
      name: 'R',
      fields: [{ name: 'a', type: { type: 'array', items: 'null' } }],
    };
    const bytes = avroValue('long', 2n ** 40n);
    await expect(failure(avroFileOf(array, { records: 1, bytes }))).rejects.toEqual(
      code('AVRO_MALFORMED', /ends inside/),
    );
    await expect(failure(avroFileOf(nothing, { records: 1, bytes }))).rejects.toEqual(
      code('EVENT_TOO_LARGE', /longer/),
    );
    const text = avroFileOf(schema, { records: 1, bytes: avroValue('string', 'x'.repeat(2_000_000)) });
    await expect(failure(text)).rejects.toEqual(code('EVENT_TOO_LARGE', /longer/));
    const self = { type: 'record', name: 'R', fields: [{ name: 'r', type: 'R' }] };
    await expect(failure(avroFileOf(self, { records: 1, bytes: one }))).rejects.toEqual(
      code('AVRO_MALFORMED', /deeper/),
    );
  });

  it('cannot unpack to more than a block may have, or use a codec that is not known', async () => {
    const bomb = deflateRawSync(Buffer.alloc(65 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    const huge = avroFileOf(schema, { records: 1, bytes: bomb }, 'deflate');
    await expect(failure(huge)).rejects.toEqual(code('AVRO_BLOCK_TOO_LARGE', /block 1/));
    const announced = avroFileOf(schema, { records: 1, bytes: one, size: 2 ** 40 });
    await expect(failure(announced)).rejects.toEqual(code('AVRO_BLOCK_TOO_LARGE', /block 1/));
    for (const codec of ['zstandard', 'constructor']) {
      const file = avroFileOf(schema, { records: 1, bytes: one }, codec);
      await expect(failure(file)).rejects.toEqual(code('AVRO_CODEC_UNSUPPORTED', /null, deflate, snappy/));
    }
  });
});

describe('a block packed by Snappy', () => {
  const schema = { type: 'record', name: 'R', fields: [ID, { name: 'note', type: 'string' }] };
  const of = withField('string');
  const noted: EventDefinition = {
    ...of,
    fields: [of.fields[0]!, { name: 'note', type: 'string', required: true }],
  };
  const note = `${'abcdefgh'.repeat(10)}${'z'.repeat(70)}`;
  const plain = Buffer.concat([avroValue('string', 'a'), avroValue('string', note)]);
  const packed = (...parts: (number | Buffer)[]): Buffer => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(plain));
    return Buffer.concat([
      ...parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)),
      sum,
    ]);
  };
  const readNote = async (bytes: Buffer) =>
    (
      await decode(
        'avro',
        avroFileOf(schema, { records: 1, bytes }, 'snappy'),
        {},
        { ...noted, eventTimeField: 'id' },
      )
    ).rows[0]?.values[1];
  const LENGTH = Buffer.from([plain.length | 0x80, 1]);

  it('is read: literals, short and long copies, copies that overlap', async () => {
    const start = plain.subarray(0, plain.indexOf('abcdefgh') + 8);
    const bytes = packed(
      LENGTH,
      ((start.length - 1) << 2) | 0,
      start,
      // 64 from 8 back (two bytes of offset), 8 from 8 back (one byte).
      (63 << 2) | 2,
      8,
      0,
      ((8 - 4) << 2) | 1,
      8,
      // A literal of one byte, then 64 and 5 of the same.
      0,
      Buffer.from('z'),
      (63 << 2) | 3,
      1,
      0,
      0,
      0,
      ((5 - 4) << 2) | 1,
      1,
    );
    expect(await readNote(bytes)).toBe(note);
    // A literal with its length in a byte of its own.
    expect(await readNote(packed(LENGTH, 60 << 2, plain.length - 1, plain))).toBe(note);
  });

  it.each([
    ['nothing', Buffer.alloc(2)],
    [
      'another checksum',
      Buffer.concat([LENGTH, Buffer.from([60 << 2, plain.length - 1]), plain, Buffer.alloc(4)]),
    ],
    ['too few bytes', packed(LENGTH, 0, Buffer.from('z'))],
    ['too many bytes', packed(1, 4, Buffer.from('zz'))],
    ['a copy from before the start', packed(LENGTH, 1, 8)],
    ['a copy of itself', packed(LENGTH, 1, 0)],
    ['a literal without an end', packed(LENGTH, 255 & (59 << 2))],
  ])('is refused: %s', async (_name, bytes) => {
    await expect(readNote(bytes)).rejects.toMatchObject({ code: 'AVRO_MALFORMED' });
  });
});
