// Files that cannot be used: a start says which and why in one line, and changes neither of them.
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../server-process.ts';
import type { BuiltServer } from '../server-process.ts';
import { freshDirectory, removeDirectory } from '../server.ts';
import { WITH_KEY, makeStore, remote } from './server.ts';

const FILES = ['control.db', 'data.duckdb'] as const;
const sound = freshDirectory();
const directories: string[] = [sound];
let built: BuiltServer;

beforeAll(async () => {
  built = buildServer();
  const server = built.start(sound, WITH_KEY);
  await makeStore(await remote(server), 's');
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
}, 120_000);
afterAll(async () => {
  await built.dispose();
  directories.forEach(removeDirectory);
});

const digests = (directory: string): string[] =>
  FILES.map((name) =>
    createHash('sha256')
      .update(readFileSync(join(directory, name)))
      .digest('hex'),
  );

/** Overwrites a stretch in the middle of a file, as a bad disk does. */
function garble(path: string, from: number, bytes: number): void {
  const content = readFileSync(path);
  content.fill(7, from, from + bytes);
  writeFileSync(path, content);
}

async function fromTheFuture(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run('UPDATE weir_meta SET format = 999');
  connection.closeSync();
  instance.closeSync();
}

function migratedLater(path: string): void {
  const file = new Database(path);
  file.exec("insert into kysely_migration values ('9999-from-the-future', '2030-01-01')");
  file.close();
}

const cases: readonly [string, string, (directory: string) => void | Promise<void>][] = [
  ['a data file with a damaged head', 'DATA_FILE_CORRUPT', (at) => garble(join(at, 'data.duckdb'), 0, 4_096)],
  ['a data file cut short', 'DATA_FILE_CORRUPT', (at) => writeFileSync(join(at, 'data.duckdb'), 'DUCK')],
  ['a data file of a newer version', 'DATA_FILE_NEWER', (at) => fromTheFuture(join(at, 'data.duckdb'))],
  ['a damaged control plane', 'CONTROL_FILE_CORRUPT', (at) => garble(join(at, 'control.db'), 0, 4_096)],
  ['a control plane of a newer version', 'CONTROL_FILE_NEWER', (at) => migratedLater(join(at, 'control.db'))],
];

describe('a start on', () => {
  it.each(cases)('%s ends with %s, and touches nothing', async (_name, code, damage) => {
    const directory = freshDirectory();
    directories.push(directory);
    cpSync(sound, directory, { recursive: true });
    await damage(directory);
    const before = digests(directory);
    const server = built.start(directory, { WEIR_ADMIN_KEY: 'another key' });
    expect(await server.exit).toBe(1);
    const said = server.output().trim();
    expect(said.split('\n'), said).toHaveLength(1);
    expect(said).toContain(`(${code})`);
    expect(said).toContain(directory);
    expect(digests(directory)).toEqual(before);
  });

  it('sound files goes on as before', async () => {
    const weir = await remote(built.start(sound, WITH_KEY));
    expect((await weir.send('GET', '/v1/event-stores/s')).status).toBe(200);
  });
});
