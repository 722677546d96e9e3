// `weir key`: a key that a script can take from standard output, the list, and the end of a key.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, startTestServer, type TestServer } from './weir.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('weir key', () => {
  test('create prints the key and nothing else; list shows all but its secret; revoke ends it', async () => {
    const { code, stdout, stderr } = await server.weir('key', 'create', 'nightly', '--role', 'viewer');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^weir_[a-z2-7]{16}_[0-9a-f]{40}\n$/);
    expect(stderr).toContain('it is not shown again');
    const key = stdout.trim();
    const withIt = (...words: string[]) => run(['--server', server.url, '--key', key, ...words]);

    const before = (await server.weir('key', 'list')).stdout;
    expect(before).toMatch(new RegExp(`nightly +viewer +${key.slice(0, 13)} .* never\n`));
    expect((await withIt('store', 'list')).code).toBe(0);
    const after = (await server.weir('key', 'list')).stdout;
    expect(after).toMatch(/nightly +viewer .* \d{4}-\S+Z\n/);
    expect(after).toMatch(/WEIR_ADMIN_KEY +admin +- /);
    expect(after).not.toContain(key.split('_')[2]);

    const unasked = await server.weir('key', 'revoke', 'nightly');
    expect(unasked).toMatchObject({ code: 1, stdout: '' });
    expect(unasked.stderr).toContain('confirm with --yes');
    expect((await withIt('store', 'list')).code).toBe(0);
    expect(await server.json('key', 'revoke', 'nightly', '--yes')).toEqual({ revoked: 'nightly' });
    expect((await withIt('store', 'list')).stderr).toContain('UNAUTHORISED');
    expect((await server.weir('key', 'list')).stdout).not.toContain('nightly');
  });

  test('says what is wrong', async () => {
    expect((await server.weir('key', 'create', 'x')).code).toBe(2);
    expect((await server.weir('key', 'create', 'x', '--role', 'owner')).code).toBe(2);
    expect((await server.weir('key', 'revoke', 'nobody', '--yes')).stderr).toContain('API_KEY_NOT_FOUND');
    const last = await server.weir('key', 'revoke', 'WEIR_ADMIN_KEY', '--yes');
    expect(last.stderr).toContain('API_KEY_LAST_ADMIN');
  });
});
