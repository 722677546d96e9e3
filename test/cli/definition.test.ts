// `weir definition`: proposals as YAML that `weir apply` takes, and what is shown of a definition.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startTestServer, type TestServer } from './weir.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(server.folder, name);
  await writeFile(path, text);
  return path;
}

describe('weir definition', () => {
  test('detect proposes what apply takes', async () => {
    const csv = await fileOf('calls.csv', 'id,at,units\na,2026-09-01T00:00:00Z,1.5\nb,2026-09-02,NULL\n');
    const { code, stdout } = await server.weir('definition', 'detect', csv, '--null', 'NULL');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# from 2 events; 0 could not be read\nkind: EventDefinition\nname: calls\n/);
    const yaml = await fileOf('calls.yaml', stdout);
    expect(await server.weir('apply', '-f', yaml)).toMatchObject({ code: 0 });
    expect(await server.json('definition', 'show', 'calls')).toMatchObject({
      eventIdFields: ['id'],
      eventTimeField: 'at',
      fields: [{ type: 'string' }, { type: 'datetime' }, { type: 'decimal', required: false }],
    });
  });

  test('import proposes the same from schemas, with notes as comments', async () => {
    const schema = { title: 'a\nb', properties: { id: { enum: ['x'] }, tags: {} }, required: ['id'] };
    const json = await fileOf('schema.json', JSON.stringify(schema));
    const { stdout } = await server.weir('definition', 'import', json, '--name', 'from schema');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '# /properties/id: Not checked: enum.',
      '# /properties/tags: No type: every value is kept as json.',
    ]);
    expect(parse(stdout)).toMatchObject({
      kind: 'EventDefinition',
      name: 'from schema',
      eventIdFields: ['id'],
    });
    const record = { type: 'record', name: 'org.Usage', fields: [{ name: 'n', type: 'long' }] };
    const avro = await fileOf('usage.avsc', JSON.stringify(record));
    const proposed = await server.weir('definition', 'import', avro);
    expect(proposed.stdout).toContain('# nothing suggests an event id');
    expect(parse(proposed.stdout)).toMatchObject({ name: 'Usage', fields: [{ name: 'n', type: 'integer' }] });
    const remote = await fileOf('remote.json', '{"$ref":"https://example.org"}');
    const refused = await server.weir('definition', 'import', remote);
    expect(refused.code).toBe(1);
    expect(stripVTControlCharacters(refused.stderr)).toContain('SCHEMA_REF_UNRESOLVED');
    expect((await server.weir('definition', 'import', 'nowhere.json')).code).toBe(1);
  });

  test('a large file of lines is cut at a line, and Parquet is refused', async () => {
    const row = `a,2026-09-01,${'x'.repeat(9_000)}\n`;
    const large = await fileOf('large.csv', `id,at,text\n${row.repeat(1_200)}`);
    expect(await server.json('definition', 'detect', large)).toMatchObject({ eventsRejected: 0 });
    const parquet = await fileOf('some.parquet', 'PAR1');
    expect((await server.weir('definition', 'detect', parquet)).stderr).toContain('is Parquet');
  });

  test('list, show and versions', async () => {
    expect((await server.weir('definition', 'list')).stdout).toContain('calls');
    expect((await server.weir('definition', 'show', 'calls')).stdout).toContain('event id: id');
    const versions = await server.weir('definition', 'versions', 'calls');
    expect(versions.stdout).toMatch(/1 .*WEIR_ADMIN_KEY/);
  });
});
