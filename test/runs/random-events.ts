// Random events of the definition in graphs.ts, and how they are posted.
import * as fc from 'fast-check';
import type { TestEvent } from './reference.ts';

// Instants around the changes of clocks in March 2026 and around month ends, where windows are odd.
const instant = fc
  .tuple(
    fc.constantFrom('2026-02-28', '2026-03-01', '2026-03-08', '2026-03-29', '2026-03-31', '2026-04-01'),
    fc.integer({ min: 0, max: 23 }),
    fc.constantFrom('00:00.000000', '59:59.999999', '30:00.000001'),
  )
  .map(([day, hour, rest]) => `${day}T${String(hour).padStart(2, '0')}:${rest}Z`);
export const event: fc.Arbitrary<TestEvent> = fc.record({
  id: fc.integer({ min: 1, max: 25 }).map(String),
  at: instant,
  account: fc.constantFrom('acme', 'bolt', 'ÿ "quoted"'),
  region: fc.constantFrom('eu', 'us', null),
  units: fc.option(
    fc.integer({ min: -5_000_000, max: 5_000_000 }).map((micros) => (micros / 1e6).toFixed(6)),
    { nil: null },
  ),
});
/** As posted: fields without a value are left out. */
export const present = ({ region, units, ...rest }: TestEvent): object => ({
  ...rest,
  ...(region === null ? {} : { region }),
  ...(units === null ? {} : { units }),
});
