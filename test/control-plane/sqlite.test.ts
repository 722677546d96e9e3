import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { openControlPlane } from '../../src/control-plane/sqlite/control-plane.ts';
import { controlPlaneSuite } from './suite.ts';

const directory = mkdtempSync(join(tmpdir(), 'weir-control-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the SQLite control plane', () => {
  controlPlaneSuite(() => openControlPlane(join(directory, 'control.db')));

  it('refuses a file that a newer version has migrated, and leaves it as it is', async () => {
    const path = join(directory, 'newer.db');
    await (await openControlPlane(path)).close();
    const file = new Database(path);
    file.exec("insert into kysely_migration values ('9999-from-the-future', '2030-01-01')");
    file.close();
    const before = readFileSync(path);
    await expect(openControlPlane(path)).rejects.toMatchObject({
      code: 'CONTROL_FILE_NEWER',
      message: expect.stringContaining('9999-from-the-future') as string,
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('refuses a file that is none of its own, and leaves it as it is', async () => {
    const path = join(directory, 'damaged.db');
    const before = Buffer.alloc(20_000, 7);
    writeFileSync(path, before);
    await expect(openControlPlane(path)).rejects.toMatchObject({ code: 'CONTROL_FILE_CORRUPT' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
