import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowSql } from '../../src/data-plane/duckdb/window-sql.ts';
import { microsOf, textOf, windowContaining, zoneOffsets } from '../../src/pipeline/calendar.ts';
import type { Window } from '../../src/pipeline/windows.ts';

const ZONES = [
  'UTC',
  '+02:00',
  'Europe/Budapest',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'America/Havana',
  'Asia/Beirut',
  'Pacific/Apia',
] as const;
const HOUR = 3_600_000_000n;

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Bounds of the windows of these instants, as the engine computes them. */
async function boundsInEngine(window: Window, instants: readonly bigint[]): Promise<string[]> {
  const sorted = [...instants].sort((a, b) => (a < b ? -1 : 1));
  const { start, end } = windowSql(window, 't', { from: sorted[0]!, to: sorted.at(-1)! });
  const rows = instants.map((instant, index) => `(${index}, make_timestamp(${instant}))`);
  const reader = await connection.runAndReadAll(
    `SELECT epoch_us(${start})::VARCHAR, epoch_us(${end})::VARCHAR FROM (VALUES ${rows.join(', ')}) v(i, t) ORDER BY i`,
  );
  return reader.getRowsJson().map((row) =>
    row
      .map((bound) => JSON.stringify(bound))
      .join('/')
      .replaceAll('"', ''),
  );
}

const boundsInCalendar = (window: Window, instants: readonly bigint[]): string[] =>
  instants.map((instant) => {
    const { start, end } = windowContaining(window, instant);
    return `${start}/${end}`;
  });

const windows: fc.Arbitrary<Window> = fc
  .record({
    unit: fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'),
    timeZone: fc.constantFrom(...ZONES),
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 24 })),
    anchor: fc.option(fc.integer({ min: 1, max: 31 }), { nil: undefined }),
  })
  .map(({ anchor, ...window }) => {
    if (anchor === undefined || ['minute', 'hour', 'day'].includes(window.unit)) return window;
    return { ...window, anchorDay: window.unit === 'week' ? ((anchor - 1) % 7) + 1 : anchor };
  });

/** Instants around the changes of a zone's clock, where windows are hard. */
function instantsNear(zone: string, first: number, spread: readonly bigint[]): bigint[] {
  const from = microsOf(`${first}-01-01T00:00:00Z`);
  const { transitions } = zoneOffsets(zone, from, microsOf(`${first + 3}-01-01T00:00:00Z`));
  const centres = transitions.length > 0 ? transitions.map(({ instant }) => instant) : [from];
  return spread.flatMap((offset) => centres.map((centre) => centre + offset));
}

const offsets = fc.oneof(
  fc.bigInt(-40n * HOUR, 40n * HOUR),
  fc.constantFrom(-1n, 0n, 1n, -HOUR, HOUR, -HOUR - 1n, HOUR - 1n, HOUR / 2n),
  fc.bigInt(-400n * 24n * HOUR, 400n * 24n * HOUR),
);

describe('windowSql', () => {
  it('agrees with the calendar near every change of the clock', async () => {
    await fc.assert(
      fc.asyncProperty(
        windows,
        fc.integer({ min: 1950, max: 2035 }),
        fc.array(offsets, { minLength: 1, maxLength: 12 }),
        async (window, year, spread) => {
          const instants = instantsNear(window.timeZone, year, spread);
          expect(await boundsInEngine(window, instants)).toEqual(boundsInCalendar(window, instants));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('agrees with the calendar over two centuries at once', async () => {
    const instants = Array.from(
      { length: 2000 },
      (_, index) => microsOf('1850-06-05T07:08:09Z') + BigInt(index) * 877n * HOUR + 1n,
    );
    for (const unit of ['hour', 'day', 'month'] as const) {
      const window = { unit, count: 1, timeZone: 'Europe/Budapest' };
      expect(await boundsInEngine(window, instants)).toEqual(boundsInCalendar(window, instants));
    }
  });

  it.each([
    ['day', '2025-03-30T12:00:00Z', '2025-03-29T23:00:00.000000Z', '2025-03-30T22:00:00.000000Z'],
    ['day', '2025-10-26T12:00:00Z', '2025-10-25T22:00:00.000000Z', '2025-10-26T23:00:00.000000Z'],
    ['hour', '2025-10-26T00:30:00Z', '2025-10-26T00:00:00.000000Z', '2025-10-26T01:00:00.000000Z'],
  ] as const)('puts %s %s in Budapest where it belongs', async (unit, instant, start, end) => {
    const [bounds] = await boundsInEngine({ unit, count: 1, timeZone: 'Europe/Budapest' }, [
      microsOf(instant),
    ]);
    expect(bounds!.split('/').map((bound) => textOf(BigInt(bound)))).toEqual([start, end]);
  });

  it('has no bounds for the window all', async () => {
    const bounds = await boundsInEngine({ unit: 'all', count: 1, timeZone: 'UTC' }, [0n]);
    expect(bounds).toEqual(['null/null']);
  });
});
