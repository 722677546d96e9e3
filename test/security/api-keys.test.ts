import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ControlPlane } from '../../src/control-plane/port.ts';
import { openControlPlane } from '../../src/control-plane/sqlite/control-plane.ts';
import { createLog } from '../../src/log.ts';
import { ApiKeyService, prefixOf } from '../../src/security/api-keys.ts';
import { apiKeys } from '../../src/security/types.ts';

const directory = mkdtempSync(join(tmpdir(), 'weir-keys-'));
const planes: ControlPlane[] = [];
const logged: string[] = [];
const log = createLog((line) => void logged.push(line));
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
    const keys = await ApiKeyService.open(plane, log);
    const { key, stored } = await keys.create(ann, 'ci', 'runner');
    expect(key).toMatch(/^weir_[a-z2-7]{16}_[0-9a-f]{40}$/u);
    for (const service of [keys, await ApiKeyService.open(plane, log)]) {
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
    const keys = await ApiKeyService.open(plane, log);
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
      const keys = await ApiKeyService.open(plane, log);
      await expect(keys.create(ann, name, 'viewer')).rejects.toMatchObject({ code: 'NAME_INVALID' });
    },
  );

  it('have unique names, of any script', async () => {
    const keys = await ApiKeyService.open(plane, log);
    const name = `Zoë's "🔑"; drop table documents; --`;
    await keys.create(ann, name, 'viewer');
    await expect(keys.create(ann, name, 'viewer')).rejects.toMatchObject({ code: 'API_KEY_NAME_EXISTS' });
    await keys.revoke(ann, name);
  });
});

describe('the first admin key', () => {
  it('is made once when none is given', async () => {
    const made = await (await ApiKeyService.open(plane, log)).ensureAdmin(undefined);
    const again = await ApiKeyService.open(plane, log);
    expect(await again.ensureAdmin(undefined)).toBeUndefined();
    expect(again.authenticate(made!)?.role).toBe('admin');
  });

  it('follows WEIR_ADMIN_KEY from start to start', async () => {
    const start = async (key: string | undefined): Promise<ApiKeyService> => {
      const keys = await ApiKeyService.open(plane, log);
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

describe('what tells keys apart', () => {
  it('is how they begin, with nothing of the secret', async () => {
    const keys = await ApiKeyService.open(plane, log);
    const { key, stored } = await keys.create(ann, 'ci', 'runner');
    expect(prefixOf(stored)).toBe(key.slice(0, 'weir_'.length + 8));
    await keys.ensureAdmin('chosen by the operator');
    const chosen = await plane.find(apiKeys, 'WEIR_ADMIN_KEY');
    expect(prefixOf(chosen!)).toBeNull();
  });
});

describe('when a key was last used', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const written = async (id: string) => (await plane.get(apiKeys, id))?.body.lastUsedAt;

  it('is known at once, and written once a minute however often it is used', async () => {
    const start = Date.parse('2026-09-01T00:00:00Z');
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: start });
    const keys = await ApiKeyService.open(plane, log);
    const { key, stored } = await keys.create(ann, 'ci', 'runner');
    expect(keys.lastUsedAt(stored)).toBeNull();
    keys.authenticate(`${key}0`);
    expect(keys.lastUsedAt(stored)).toBeNull();
    const change = vi.spyOn(plane, 'change');
    for (let second = 0; second < 60; second += 1) {
      keys.authenticate(key);
      expect(change).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(keys.lastUsedAt(stored)).toBe('2026-09-01T00:00:59.000000Z');
    expect(change).toHaveBeenCalledTimes(1);
    await change.mock.results[0]!.value;
    expect(await written(stored.id)).toBe('2026-09-01T00:00:59.000000Z');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(change).toHaveBeenCalledTimes(1);
    keys.authenticate(key);
    await keys.close();
    expect(change).toHaveBeenCalledTimes(2);
    const again = await ApiKeyService.open(plane, log);
    expect(again.lastUsedAt((await plane.get(apiKeys, stored.id))!)).toBe('2026-09-01T00:11:00.000000Z');
  });

  it('leaves no entry in the audit, and no trace of a key that is revoked meanwhile', async () => {
    const keys = await ApiKeyService.open(plane, log);
    const used = await keys.create(ann, 'used', 'viewer');
    const revoked = await keys.create(ann, 'revoked', 'viewer');
    for (const { key } of [used, revoked]) keys.authenticate(key);
    await plane.change(ann, (change) => change.remove(apiKeys, revoked.stored.id));
    await keys.close();
    expect(await written(used.stored.id)).toMatch(/^\d{4}-/u);
    expect(await written(revoked.stored.id)).toBeUndefined();
    const actions = (await plane.audit({ limit: 10 })).map(({ action }) => action);
    expect(actions).toEqual(['create', 'create', 'delete']);
    expect(logged).toEqual([]);
  });

  it('is not that of the text that WEIR_ADMIN_KEY had before', async () => {
    const first = await ApiKeyService.open(plane, log);
    await first.ensureAdmin('one');
    first.authenticate('one');
    await first.close();
    const second = await ApiKeyService.open(plane, log);
    const stored = async () => (await plane.find(apiKeys, 'WEIR_ADMIN_KEY'))!;
    expect(second.lastUsedAt(await stored())).not.toBeNull();
    await second.ensureAdmin('two');
    expect(second.lastUsedAt(await stored())).toBeNull();
  });
});
