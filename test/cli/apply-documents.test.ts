import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparableAnswer, comparableConfiguration } from '../../src/cli/apply/comparable.ts';
import { differenceLine, differencesOf } from '../../src/cli/apply/difference.ts';
import { readConfigurations } from '../../src/cli/apply/documents.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-apply-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('configuration files', () => {
  test('YAML documents and JSON files, sorted so that each refers to earlier ones only', async () => {
    const yaml = await file(
      'a.yaml',
      'kind: Meter\nname: m\n---\nkind: EventStore\nname: s\neventDefinition: d\n',
    );
    const json = await file('b.json', '{"kind":"EventDefinition","name":"d","fields":[]}');
    const found = await readConfigurations([yaml, json]);
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'EventDefinition d',
      'EventStore s',
      'Meter m',
    ]);
    expect(found[1]).toMatchObject({ body: { name: 's', eventDefinition: 'd' }, place: `${yaml}:4` });
  });

  test('a folder is read whole', async () => {
    const inner = await mkdtemp(join(folder, 'inner-'));
    await writeFile(join(inner, '2.yml'), 'kind: EventStore\nname: b\n');
    await writeFile(join(inner, '1.yaml'), 'kind: EventStore\nname: a\n');
    await writeFile(join(inner, 'notes.txt'), 'not configuration');
    expect((await readConfigurations([inner])).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('every problem of every file is reported at once, with its line', async () => {
    const first = await file('bad1.yaml', 'kind: Meter\n---\nkind: Table\nname: t\n---\nname: [\n');
    const second = await file('bad2.yaml', 'kind: EventStore\nname: s\n---\nkind: EventStore\nname: s\n');
    const error = await readConfigurations([first, second]).catch((caught: unknown) => caught);
    const details = (error as { details: string[] }).details;
    expect(details).toHaveLength(4);
    expect(details[0]).toBe(`${first}:1: Meter needs a "name"`);
    expect(details[1]).toContain(`${first}:3: "kind" must be one of`);
    expect(details[2]).toContain(`${first}:`);
    expect(details[3]).toBe(`${second}:4: EventStore "s" stands at ${second}:1 already`);
  });

  test('a number that would lose digits must be quoted; others stay as they are', async () => {
    const text = (value: string): string => `kind: Meter\nname: m\nvalue: ${value}\n`;
    for (const exact of ['0.1', '12.50', '-3', '1e3', '0x10', '"12345678901234567890.5"']) {
      await readConfigurations([await file('exact.yaml', text(exact))]);
    }
    for (const lossy of ['12345678901234567890', '0.12345678901234567891', '.nan', '.inf']) {
      await expect(readConfigurations([await file('lossy.yaml', text(lossy))])).rejects.toMatchObject({
        details: [expect.stringContaining(`${lossy} would lose digits`)],
      });
    }
  });

  test('nothing to apply, and a missing file, are errors', async () => {
    await expect(readConfigurations([await file('empty.yaml', '# nothing\n')])).rejects.toThrow(
      /nothing to apply/,
    );
    await expect(readConfigurations([join(folder, 'missing.yaml')])).rejects.toThrow(/cannot be read/);
  });
});

describe('what differs', () => {
  test('members are compared one by one, lists by position', () => {
    const before = { name: 'm', nodes: [{ id: 'a', config: { groupBy: ['x', 'y'] } }], gone: null };
    const after = { name: 'm', nodes: [{ id: 'a', config: { groupBy: ['x'] } }], 'a/b': 1 };
    expect(differencesOf(before, after).map(differenceLine)).toEqual([
      '/nodes/0/config/groupBy/1: "y" -> (none)',
      '/a~1b: (none) -> 1',
    ]);
  });

  test('defaults and what the server adds are no difference', () => {
    const fields = [
      { name: 'id', type: 'string', required: true },
      { name: 'n', type: 'decimal' },
    ];
    const configuration = {
      kind: 'EventDefinition',
      name: 'd',
      body: { name: 'd', fields },
      place: '',
    } as const;
    const answer = {
      id: 'ed_1',
      version: 3,
      name: 'd',
      timeZone: 'UTC',
      fields: [fields[0], { name: 'n', type: 'decimal', required: false, scale: 12 }],
    };
    expect(
      differencesOf(comparableAnswer(configuration, answer), comparableConfiguration(configuration)),
    ).toEqual([]);
  });
});
