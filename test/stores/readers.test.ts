// Reading stores and being alone with one exclude each other.
import { describe, expect, it } from 'vitest';
import { StoreReaders } from '../../src/stores/readers.ts';

describe('readers of stores', () => {
  it('keep others from being alone with their stores until the last has left', async () => {
    const readers = new StoreReaders();
    const [first, second] = [await readers.enter(['a', 'b']), await readers.enter(['b'])];
    const tryAlone = (store: string) => readers.alone(store, async () => 'done');
    expect(await tryAlone('b')).toBeUndefined();
    first();
    // Leaving again takes nobody else's place.
    first();
    expect(await tryAlone('a')).toBe('done');
    expect(await tryAlone('b')).toBeUndefined();
    second();
    expect(await tryAlone('b')).toBe('done');
  });

  it('wait for who is alone, also when that fails', async () => {
    const readers = new StoreReaders();
    let fail: (error: Error) => void = () => undefined;
    const alone = readers.alone('a', () => new Promise((_, reject) => (fail = reject)));
    let entered = false;
    const entering = readers.enter(['a']).then((leave) => {
      entered = true;
      return leave;
    });
    const next = readers.alone('a', async () => 'next');
    (await readers.enter(['b']))();
    expect(entered).toBe(false);
    fail(new Error('no disk'));
    await expect(alone).rejects.toThrow('no disk');
    (await entering)();
    // Whoever of the two came first, nobody was inside together.
    expect(['next', undefined]).toContain(await next);
    expect(await readers.alone('a', async () => 'free')).toBe('free');
  });
});
