import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../../src/control-plane/port.ts';
import { openControlPlane } from '../../src/control-plane/sqlite/control-plane.ts';
import { ApiKeyService } from '../../src/security/api-keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'weir-keys-'));
const planes: ControlPlane[] = [];
const ann = { id: 'key_ann', name: 'Ann' };
let plane: ControlPlane;

const openPlane = async (name: string): Promise<ControlPlane> => {
  const opened = await openControlPlane(join(directory, name));
  planes.push(opened);
  return opened;
};

beforeEach(async () => {
  plane = await openPlane(`${planes.length}.db`);
});

afterAll(async () => {
  for (const opened of planes) await opened.close();
  rmSync(directory, { recursive: true });
});

describe('API keys', () => {
  it('are made, shown once, kept as a hash, and found again after a restart', async () => {
    const keys = await ApiKeyService.open(plane);
    const { key, stored } = await keys.create(ann, 'ci', 'runner');
    expect(key).toMatch(/^weir_[a-z2-7]{16}_[0-9a-f]{40}$/u);
    for (const service of [keys, await ApiKeyService.open(plane)]) {
      expect(service.authenticate(key)).toEqual({ actor: { id: stored.id, name: 'ci' }, role: 'runner' });
      expect(service.authenticate(`${key}0`)).toBeUndefined();
      expect(service.authenticate('')).toBeUndefined();
    }
    for (const file of readdirSync(directory)) {
      expect(readFileSync(join(directory, file)).includes(key.split('_')[2]!)).toBe(false);
    }
    expect(JSON.stringify(await plane.audit({ limit: 10 }))).not.toContain(stored.body.hash);
  });

  it('end at once when they are revoked, except the last admin', async () => {
    const keys = await ApiKeyService.open(plane);
    const first = await keys.create(ann, 'a', 'admin');
    const second = await keys.create(ann, 'b', 'viewer');
    await keys.revoke(ann, 'b');
    expect(keys.authenticate(second.key)).toBeUndefined();
    await expect(keys.revoke(ann, first.stored.id)).rejects.toMatchObject({ code: 'API_KEY_LAST_ADMIN' });
    await expect(keys.revoke(ann, 'b')).rejects.toMatchObject({ code: 'API_KEY_NOT_FOUND' });
    expect(keys.authenticate(first.key)?.role).toBe('admin');
  });

  it.each(['', ' a', 'key_a', 'es_x', 'x'.repeat(129), 'a\u0000b', '\ud800'])(
    'have no name like %j',
    async (name) => {
      const keys = await ApiKeyService.open(plane);
      await expect(keys.create(ann, name, 'viewer')).rejects.toMatchObject({ code: 'NAME_INVALID' });
    },
  );

  it('have unique names, of any script', async () => {
    const keys = await ApiKeyService.open(plane);
    const name = `Zoë's "🔑"; drop table documents; --`;
    await keys.create(ann, name, 'viewer');
    await expect(keys.create(ann, name, 'viewer')).rejects.toMatchObject({ code: 'API_KEY_NAME_EXISTS' });
    await keys.revoke(ann, name);
  });
});

describe('the first admin key', () => {
  it('is made once when none is given', async () => {
    const made = await (await ApiKeyService.open(plane)).ensureAdmin(undefined);
    const again = await ApiKeyService.open(plane);
    expect(await again.ensureAdmin(undefined)).toBeUndefined();
    expect(again.authenticate(made!)?.role).toBe('admin');
  });

  it('follows WEIR_ADMIN_KEY from start to start', async () => {
    const start = async (key: string | undefined): Promise<ApiKeyService> => {
      const keys = await ApiKeyService.open(plane);
      expect(await keys.ensureAdmin(key)).toBeUndefined();
      return keys;
    };
    expect((await start('any text')).authenticate('any text')?.role).toBe('admin');
    expect((await start('any text')).authenticate('any text')?.role).toBe('admin');
    expect((await start(undefined)).authenticate('any text')?.role).toBe('admin');
    const changed = await start('another');
    expect(changed.authenticate('any text')).toBeUndefined();
    expect(changed.authenticate('another')?.actor.name).toBe('WEIR_ADMIN_KEY');
    expect(await plane.count({ name: 'api-keys', prefix: 'key', audited: true })).toBe(1);
  });
});
