// When events expire by themselves: at the start of a server, and round after round.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/log.ts';
import { RetentionSchedule } from '../../src/stores/index.ts';
import { openApi } from '../api.ts';
import { freshDirectory, removeDirectory } from '../server.ts';

afterEach(() => void vi.useRealTimers());

describe('the schedule of retention', () => {
  it('begins at once, comes back when it is told to, and an hour after a failure', async () => {
    vi.useFakeTimers();
    const delays = [2_000, 500];
    let rounds = 0;
    const logged: string[] = [];
    const round = async (): Promise<number> => {
      rounds += 1;
      const delay = delays.shift();
      if (delay === undefined) throw new Error('no disk');
      return delay;
    };
    const schedule = new RetentionSchedule(
      { round },
      createLog((line) => void logged.push(line)),
    );
    schedule.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(rounds).toBe(1);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(rounds).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(rounds).toBe(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(rounds).toBe(3);
    expect(logged.join('')).toContain('no disk');
    await vi.advanceTimersByTimeAsync(3_599_999);
    expect(rounds).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(rounds).toBe(4);
    await schedule.close();
    await vi.advanceTimersByTimeAsync(10_000_000);
    expect(rounds).toBe(4);
  });

  it('lets expire at the start of a server what has become too old while it was away', async () => {
    const directory = freshDirectory();
    let now = '2026-04-01T12:00:00.000000Z';
    const before = await openApi(directory, { clock: () => now });
    await before.post('/v1/event-definitions', {
      name: 'call',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'at', type: 'datetime' },
      ],
      eventIdFields: ['id'],
      eventTimeField: 'at',
    });
    await before.post('/v1/event-stores', { name: 'calls', eventDefinition: 'call', retentionDays: 7 });
    await before.post('/v1/event-stores/calls/events', [
      { id: 'old', at: '2026-03-26T00:00:00Z' },
      { id: 'new', at: '2026-04-01T00:00:00Z' },
    ]);
    await before.close();
    now = '2026-04-05T12:00:00.000000Z';
    const after = await openApi(directory, { clock: () => now });
    try {
      await vi.waitFor(async () => {
        expect(await after.get('/v1/event-stores/calls')).toMatchObject({
          eventCount: 1,
          retainedFrom: '2026-03-29T00:00:00.000000Z',
        });
      });
    } finally {
      await after.close();
      removeDirectory(directory);
    }
  });
});
