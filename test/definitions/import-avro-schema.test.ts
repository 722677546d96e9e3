// What an Avro schema becomes as a definition, and which schemas are refused.
import { describe, expect, it } from 'vitest';
import { importDefinition, validateDefinition } from '../../src/definitions/index.ts';
import type { ImportedDefinition } from '../../src/definitions/index.ts';
import { WeirError } from '../../src/errors.ts';

const imported = (schema: unknown): ImportedDefinition => importDefinition('avro', JSON.stringify(schema));
const record = (...fields: unknown[]): unknown => ({ type: 'record', name: 'org.example.Usage', fields });
const logical = (type: string, logicalType: string, rest: object = {}): unknown => ({
  type,
  logicalType,
  ...rest,
});
const types = ({ fields }: ImportedDefinition): Record<string, string> =>
  Object.fromEntries(
    fields.map(({ name, type, scale, required }) => [
      name,
      `${type}${scale === undefined ? '' : ` ${scale}`}${required ? '' : '?'}`,
    ]),
  );
function problems(schema: unknown): string[] {
  try {
    imported(schema);
  } catch (error) {
    if (error instanceof WeirError) return error.problems.map(({ pointer, code }) => `${pointer} ${code}`);
    throw error;
  }
  throw new Error('the schema was imported');
}

describe('an Avro schema', () => {
  it('becomes a definition', () => {
    const proposal = imported({
      type: 'record',
      name: 'Usage',
      namespace: 'org.example',
      doc: 'Metered usage.',
      fields: [
        { name: 'id', type: logical('string', 'uuid'), doc: 'Unique.' },
        { name: 'at', type: logical('long', 'timestamp-micros') },
        { name: 'local', type: ['null', logical('long', 'local-timestamp-millis')] },
        { name: 'nanos', type: logical('long', 'timestamp-nanos') },
        { name: 'day', type: logical('int', 'date') },
        { name: 'clock', type: logical('int', 'time-millis') },
        { name: 'count', type: 'long' },
        { name: 'small', type: { type: 'int' } },
        { name: 'ratio', type: 'double' },
        { name: 'amount', type: logical('bytes', 'decimal', { precision: 20, scale: 4 }) },
        { name: 'wide', type: logical('bytes', 'decimal', { precision: 60, scale: 30 }) },
        { name: 'ok', type: ['boolean', 'null'] },
        { name: 'raw', type: 'bytes' },
        { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 16 } },
        { name: 'region', type: { type: 'enum', name: 'Region', symbols: ['EU', 'US'] } },
        { name: 'again', type: 'Region' },
        {
          name: 'nested',
          type: { type: 'record', name: 'Inner', fields: [{ name: 'r', type: 'org.example.Region' }] },
        },
        { name: 'list', type: { type: 'array', items: 'Inner' } },
        { name: 'map', type: { type: 'map', values: 'long' } },
        { name: 'numbers', type: ['int', 'long'] },
        { name: 'mixed', type: ['null', 'int', 'string'] },
        { name: 'nothing', type: 'null' },
      ],
    });
    expect(types(proposal)).toEqual({
      id: 'string',
      at: 'datetime',
      local: 'datetime?',
      nanos: 'datetime',
      day: 'date',
      clock: 'string',
      count: 'integer',
      small: 'integer',
      ratio: 'decimal 12',
      amount: 'decimal 4',
      wide: 'decimal 18',
      ok: 'boolean?',
      raw: 'string',
      hash: 'string',
      region: 'string',
      again: 'string',
      nested: 'json',
      list: 'json',
      map: 'json',
      numbers: 'integer',
      mixed: 'json?',
      nothing: 'string?',
    });
    expect(proposal).toMatchObject({
      name: 'Usage',
      description: 'Metered usage.',
      eventIdFields: ['id'],
      eventTimeField: 'at',
    });
    expect(proposal.fields[0]?.description).toBe('Unique.');
    expect(proposal.notes.find(({ pointer }) => pointer === '/fields/10')?.message).toBe(
      'A decimal of 60 digits; a field holds 38, and 30 decimals; a field holds 18: larger values are rejected.',
    );
    expect(validateDefinition({ ...proposal, name: 'usage' })).toEqual([]);
  });

  it('has the plain type where a logical type does not fit it', () => {
    const proposal = imported(
      record(
        { name: 'a', type: logical('string', 'date') },
        { name: 'b', type: logical('bytes', 'decimal', { precision: 2, scale: 4 }) },
        { name: 'c', type: logical('long', 'fortnight') },
      ),
    );
    expect(types(proposal)).toEqual({ a: 'string', b: 'string', c: 'integer' });
  });

  it('may hold itself', () => {
    const node = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] };
    expect(types(imported(node))).toEqual({ next: 'json?' });
  });

  it('is refused with all its problems at once', () => {
    expect(
      problems(
        record(
          { name: 'a', type: 'Later' },
          { name: 'a', type: 'long' },
          { name: 'b', type: { type: 'enum', name: 'E' } },
          { name: 'c', type: { type: 'fixed', name: 'F', size: -1 } },
          { name: 'd', type: [['int']] },
          { name: 'e' },
          { type: 'long' },
          { name: 'f', type: [] },
          { name: 'g', type: { type: 'record', fields: 7 } },
          { name: 'h', type: { type: 'enum', name: 'org.example.Usage', symbols: ['x'] } },
        ),
      ),
    ).toEqual([
      '/fields/0/type SCHEMA_REF_UNRESOLVED',
      '/fields/1/name SCHEMA_INVALID',
      '/fields/2/type/symbols SCHEMA_INVALID',
      '/fields/3/type/size SCHEMA_INVALID',
      '/fields/4/type/0 SCHEMA_INVALID',
      '/fields/5/type SCHEMA_INVALID',
      '/fields/6 SCHEMA_INVALID',
      '/fields/7/type SCHEMA_INVALID',
      '/fields/8/type/name SCHEMA_INVALID',
      '/fields/8/type/fields SCHEMA_INVALID',
      '/fields/9/type/name SCHEMA_INVALID',
    ]);
  });

  it('is refused where it is no record, nests without end, or has too many types', () => {
    expect(() => imported('string')).toThrow(expect.objectContaining({ code: 'SCHEMA_INVALID' }));
    let deep: unknown = 'int';
    for (let level = 0; level < 3_000; level++) deep = { type: 'array', items: deep };
    expect(problems(record({ name: 'a', type: deep })).join()).toContain('SCHEMA_TOO_LARGE');
    const many = Array.from({ length: 10_001 }, (_, at) => ({ name: `f${at}`, type: 'int' }));
    expect(problems(record(...many)).join()).toContain('SCHEMA_TOO_LARGE');
  });
});
