import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';

it('has defaults for everything', () => {
  expect(readConfig({})).toEqual({
    dataDir: resolve('data'),
    host: '127.0.0.1',
    port: 4680,
    adminKey: undefined,
    sliceRows: 2_000_000,
    intakeBytes: 134_217_728,
  });
});

it('comes from the environment', () => {
  const env = {
    WEIR_DATA_DIR: '/srv/weir',
    WEIR_HOST: '::1',
    WEIR_PORT: '0',
    WEIR_ADMIN_KEY: 'open sesame!',
  };
  expect(readConfig(env)).toEqual({
    dataDir: '/srv/weir',
    host: '::1',
    port: 0,
    adminKey: 'open sesame!',
    sliceRows: 2_000_000,
    intakeBytes: 134_217_728,
  });
});

it('reports every problem at once', () => {
  const env = { WEIR_DATA_DIR: '', WEIR_HOST: '', WEIR_PORT: '65536', WEIR_ADMIN_KEY: 'ключ' };
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      problems: ['/WEIR_DATA_DIR', '/WEIR_HOST', '/WEIR_PORT', '/WEIR_ADMIN_KEY'].map((pointer) =>
        expect.objectContaining({ pointer }),
      ),
    }),
  );
});

it.each(['', ' 80', '-1', '8e1', '0x10', 'http'])('refuses the port %j', (port) => {
  expect(() => readConfig({ WEIR_PORT: port })).toThrow('WEIR_PORT must be a port');
});

it.each(['', ' x', 'x ', 'a\nb'])('refuses the admin key %j', (key) => {
  expect(() => readConfig({ WEIR_ADMIN_KEY: key })).toThrow('WEIR_ADMIN_KEY');
});
