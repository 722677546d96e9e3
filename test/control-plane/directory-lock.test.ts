import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { lockDirectory } from '../../src/control-plane/sqlite/directory-lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'weir-lock-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Takes the same kind of lock in another process and lets it die by SIGKILL while it holds it. */
const dieHolding = (path: string) =>
  promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    `import Database from 'libsql'; new Database(${JSON.stringify(path)}).exec('begin exclusive'); process.kill(process.pid, 'SIGKILL');`,
  ]);

it('lets one server own a directory and says who it is', () => {
  const lock = lockDirectory(directory);
  lock.announce('http://127.0.0.1:4680');
  const files = readdirSync(directory);
  expect(() => lockDirectory(directory)).toThrow(
    expect.objectContaining({
      code: 'DATA_DIR_LOCKED',
      message: expect.stringMatching(
        new RegExp(
          `process ${process.pid} on .+ since 2\\S+Z, listening on http://127\\.0\\.0\\.1:4680`,
          'u',
        ),
      ),
    }),
  );
  expect(readdirSync(directory)).toEqual(files);
  lock.release();
  lockDirectory(directory).release();
  expect(existsSync(join(directory, 'weir.lock.json'))).toBe(false);
});

it('frees the directory when its server is killed', async () => {
  await expect(dieHolding(join(directory, 'weir.lock'))).rejects.toMatchObject({ signal: 'SIGKILL' });
  lockDirectory(directory).release();
});
