// A body gives the same events however it is cut into chunks, and the same as a plain reading of it.
import { Big } from 'big.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodeFormat, EventDefinition, RejectedEvent } from '../../src/definitions/index.ts';
import { WeirError } from '../../src/errors.ts';
import { decode } from './door.ts';

const definition: EventDefinition = {
  id: 'ed_2',
  name: 'chunks',
  version: 1,
  fields: [
    { name: 'id', type: 'string', required: true },
    { name: 'amount', type: 'decimal', scale: 6, required: true },
    { name: 'note', type: 'string', required: false },
  ],
  eventIdFields: ['id', '$line'],
  timeZone: 'UTC',
};

interface Event {
  readonly id: string;
  readonly amount: string;
  readonly note: string | null;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('"', '\\', 'a,b', '🎉', 'é\n', '[{', '}]', '<&>', '\r\n', ' '),
);
const event: fc.Arbitrary<Event> = fc.record({
  id: fc.stringMatching(/^[a-zé🎉]{1,5}$/u),
  amount: fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(999_999))
    .map(([whole, rest]) => `${whole}.${rest}`),
  note: fc.option(text.filter((note) => note !== '')),
});

const cell = (value: string | null): string => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);

/** Bodies that say the same. Numbers are written as numbers, with all their digits. */
const asJson = ({ id, amount, note }: Event): string =>
  `{"id":${JSON.stringify(id)}, "amount":${amount},"note":${JSON.stringify(note)}}`;
const bodies: Readonly<Record<'json' | 'ndjson' | 'csv', (events: readonly Event[]) => string>> = {
  json: (events) => `[${events.map(asJson).join(',\n')}]`,
  ndjson: (events) => events.map((one) => `${asJson(one)}\n`).join(''),
  csv: (events) =>
    ['id,amount,note', ...events.map(({ id, amount, note }) => `${id},${amount},${cell(note)}`)].join('\r\n'),
};

/** How much was kept of an event that is too large depends on the chunks. */
const withoutPart = (event: RejectedEvent): RejectedEvent =>
  event.code === 'EVENT_TOO_LARGE' ? { ...event, input: '' } : event;

const format = fc.constantFrom('json', 'ndjson', 'csv');
const places = (body: string, count: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(Buffer.byteLength(body)), { maxLength: count });

describe('random bodies', () => {
  it('come out as they were meant, however they are cut', async () => {
    const meant = fc.tuple(format, fc.array(event, { maxLength: 12 }));
    const cut = meant.chain(([kind, events]) =>
      fc.tuple(fc.constant(kind), fc.constant(events), places(bodies[kind](events), 8)),
    );
    await fc.assert(
      fc.asyncProperty(cut, async ([kind, events, at]) => {
        const { rows, rejected } = await decode(kind, bodies[kind](events), {}, definition, at);
        expect(rejected).toEqual([]);
        expect(rows.map(({ index }) => index)).toEqual(events.map((_, index) => index));
        for (const [index, { id, amount, note }] of events.entries()) {
          const [gotId, gotAmount, gotNote] = rows[index]?.values ?? [];
          expect([gotId, gotNote]).toEqual([id, note]);
          expect(new Big(gotAmount ?? 'NaN').eq(amount)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('that are broken give the same rows, rejections and failures', async () => {
    const scrap = fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        ',',
        '\n',
        '\r\n',
        '\\',
        'id',
        ':',
        '1',
        '{"id":"a","amount":1}',
      ),
      fc.constantFrom('a,1,x', '"a",1,"b\nc"', '\n\n', 'é', '<r>', '</r>', '<e id="a" amount="1"/>'),
    );
    const kinds = fc.constantFrom<DecodeFormat>('json', 'ndjson', 'csv', 'xml');
    const head = fc.constantFrom('', 'id,amount,note\n', '[', '<r>', '\ufeff');
    const broken = fc
      .tuple(kinds, head, fc.array(scrap, { maxLength: 14 }))
      .chain(([kind, start, scraps]) => {
        const body = start + scraps.join('');
        return fc.tuple(fc.constant(kind), fc.constant(body), places(body, 10));
      });
    const outcome = async (kind: DecodeFormat, body: string, at: readonly number[]): Promise<unknown> => {
      try {
        const { rows, rejected } = await decode(kind, body, { eventBytesMax: 60 }, definition, at);
        return { rows, rejected: rejected.map(withoutPart) };
      } catch (error) {
        // The XML parser looks ahead in its chunk, so it may find another fault first.
        return error instanceof WeirError && kind === 'xml' ? 'failed' : String(error);
      }
    };
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(broken, async ([kind, body, at]) => {
        const whole = await outcome(kind, body, []);
        if (typeof whole === 'string') failures++;
        expect(await outcome(kind, body, at)).toEqual(whole);
      }),
      { numRuns: 2_000 },
    );
    expect(failures).toBeGreaterThan(0);
  });
});
