import { describe, expect, it } from 'vitest';
import { readTimeRange } from '../../src/stores/time-range.ts';

describe('the bounds of a time frame', () => {
  it('are open where they are missing', () => {
    expect(readTimeRange({}, 'UTC')).toEqual({});
  });

  it('are half-open as instants', () => {
    expect(readTimeRange({ from: '2026-09-01T00:00:00Z', to: '2026-09-02T00:00:00+02:00' }, 'UTC')).toEqual({
      from: '2026-09-01T00:00:00.000000Z',
      to: '2026-09-01T22:00:00.000000Z',
    });
  });

  it('hold whole days as dates, in the given zone, also when the clock changes', () => {
    expect(readTimeRange({ from: '2026-10-25', to: '2026-10-25' }, 'Europe/Budapest')).toEqual({
      from: '2026-10-24T22:00:00.000000Z',
      to: '2026-10-25T23:00:00.000000Z',
    });
    expect(readTimeRange({ to: '2028-02-28' }, 'UTC')).toEqual({ to: '2028-02-29T00:00:00.000000Z' });
  });

  it.each([
    [{ from: 'yesterday', to: '2026-02-30' }, ['/query/from', '/query/to']],
    [{ from: '2026-09-02', to: '2026-09-01T00:00:00Z' }, ['/query/to']],
  ])('are refused: %j', (bounds, pointers) => {
    expect(() => readTimeRange(bounds, 'UTC')).toThrow(
      expect.objectContaining({
        code: 'TIME_FRAME_INVALID',
        problems: pointers.map((pointer) => expect.objectContaining({ pointer })),
      }),
    );
  });
});
