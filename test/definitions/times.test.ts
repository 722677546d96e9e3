// Every listed time format, zones and clock changes, epoch numbers, formats of one's own.
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { fieldReader, isTimeZone } from '../../src/definitions/index.ts';
import { compileFormat } from '../../src/definitions/values/time-format.ts';

function read(
  raw: unknown,
  timeZone = 'UTC',
  format?: string,
  type: 'datetime' | 'date' = 'datetime',
): string {
  const field = { type, ...(format === undefined ? {} : { format }) };
  const value = fieldReader(field, timeZone, 'typed')(raw);
  return typeof value === 'string' ? value : `! ${value.problem}`;
}

describe('datetime without a format', () => {
  it.each([
    // The formats of the list, in its order.
    ['2026-03-05T06:07:08Z', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05T06:07:08+0200', '2026-03-05T04:07:08.000000Z'],
    ['2026-03-05T06:07:08', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05T06:07:08.123', '2026-03-05T06:07:08.123000Z'],
    ['2026-03-05T06:07:08.123Z', '2026-03-05T06:07:08.123000Z'],
    ['2026-03-05T06:07:08.123-0530', '2026-03-05T11:37:08.123000Z'],
    ['2026-03-05', '2026-03-05T00:00:00.000000Z'],
    ['2026-03-05Z', '2026-03-05T00:00:00.000000Z'],
    ['2026-03-05+0100', '2026-03-04T23:00:00.000000Z'],
    ['03/05/2026', '2026-03-05T00:00:00.000000Z'],
    ['2026-03-05 06:07:08', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05 06:07:08Z', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05 06:07:08+02', '2026-03-05T04:07:08.000000Z'],
    ['2026-03-05 06:07:08.123', '2026-03-05T06:07:08.123000Z'],
    ['2026-03-05 06:07:08.123Z', '2026-03-05T06:07:08.123000Z'],
    // RFC 3339.
    ['2026-03-05T06:07:08+02:00', '2026-03-05T04:07:08.000000Z'],
    ['2026-03-05t06:07:08z', '2026-03-05T06:07:08.000000Z'],
    ['2026-03-05T06:07:08-00:00', '2026-03-05T06:07:08.000000Z'],
    // One to nine digits, cut to six.
    ['2026-03-05T06:07:08.1Z', '2026-03-05T06:07:08.100000Z'],
    ['2026-03-05T06:07:08.123456Z', '2026-03-05T06:07:08.123456Z'],
    ['2023-11-16 18:17:03.9799600', '2023-11-16T18:17:03.979960Z'],
    ['2026-03-05T06:07:08.999999999Z', '2026-03-05T06:07:08.999999Z'],
    ['2026-03-05T06:07:08.999999999+00:00', '2026-03-05T06:07:08.999999Z'],
    // The ends of the calendar.
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['0050-01-01T01:00:00+01:00', '0050-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
  ])('%s', (text, canonical) => expect(read(text)).toBe(canonical));

  it.each([
    '',
    'yesterday',
    '2026-3-5',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-32',
    '0000-01-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00.1234567890Z',
    '2026-01-01T00:00:00,5Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+1',
    '2026-01-01T00:00:00 UTC',
    '2026-01-01T00:00',
    'x026-01-01T00:00:00Z',
    '2026-x1-01T00:00:00Z',
    '2026-01-x1T00:00:00Z',
    '2026-01-01Tx0:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '13/31/2026',
    '02/30/2026',
    'NaN',
  ])('%j is refused', (text) => expect(read(text)).toMatch(/^! .*is not a time/));

  it('refuses what is neither text nor number', () => {
    expect(read(true)).toBe('! expected a time, found a boolean');
    expect(read({})).toBe('! expected a time, found an object');
  });
});

describe('epoch numbers', () => {
  it.each([
    ['1780586634.1', '2026-06-04T15:23:54.100000Z'],
    [1780586634.1, '2026-06-04T15:23:54.100000Z'],
    [1780586634, '2026-06-04T15:23:54.000000Z'],
    [1780586634100, '2026-06-04T15:23:54.100000Z'],
    ['1780586634100.123', '2026-06-04T15:23:54.100123Z'],
    ['1.7805866341e9', '2026-06-04T15:23:54.100000Z'],
    ['1780586634.1234567', '2026-06-04T15:23:54.123456Z'],
    [0, '1970-01-01T00:00:00.000000Z'],
    [-1, '1969-12-31T23:59:59.000000Z'],
    ['-0.0000001', '1969-12-31T23:59:59.999999Z'],
    ['99999999999', '5138-11-16T09:46:39.000000Z'],
    ['100000000000', '1973-03-03T09:46:40.000000Z'],
    ['-99999999999', '! "-99999999999" is not a time in a known format, or not one that exists'],
    ['-62135596800000', '0001-01-01T00:00:00.000000Z'],
    ['1e-400', '1970-01-01T00:00:00.000000Z'],
    ['-1e-400', '1969-12-31T23:59:59.999999Z'],
  ])('%s', (raw, canonical) => expect(read(raw)).toBe(canonical));

  it('refuses numbers beyond the calendar', () => {
    expect(read(1780586634100000)).toMatch(/^! /);
    expect(read('1e400')).toMatch(/^! /);
  });
});

describe('zones', () => {
  it.each([
    ['2025-03-30T00:00:00', 'Europe/Budapest', '2025-03-29T23:00:00.000000Z'],
    // Skipped by the clock: the later one. Repeated: the earlier one.
    ['2025-03-30 02:30:00', 'Europe/Budapest', '2025-03-30T01:30:00.000000Z'],
    ['2025-10-26 02:30:00', 'Europe/Budapest', '2025-10-26T00:30:00.000000Z'],
    ['2025-10-26', 'Europe/Budapest', '2025-10-25T22:00:00.000000Z'],
    ['10/26/2025', 'Europe/Budapest', '2025-10-25T22:00:00.000000Z'],
    ['2025-10-26 02:30:00Z', 'Europe/Budapest', '2025-10-26T02:30:00.000000Z'],
    // Changes on the half hour.
    ['2025-04-06 01:45:00', 'Australia/Lord_Howe', '2025-04-05T14:45:00.000000Z'],
    ['2025-10-05 02:10:00', 'Australia/Lord_Howe', '2025-10-04T15:40:00.000000Z'],
    ['2025-10-05 02:40:00.5', 'Australia/Lord_Howe', '2025-10-04T15:40:00.500000Z'],
  ])('%s in %s', (text, zone, canonical) => expect(read(text, zone)).toBe(canonical));

  it('agrees with Temporal around every clock change', () => {
    const zone = fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'UTC');
    const minute = fc.integer({ min: 0, max: 60 * 24 * 366 });
    fc.assert(
      fc.property(zone, minute, (timeZone, minutes) => {
        const local = Temporal.PlainDateTime.from('2025-01-01T00:00').add({ minutes });
        const exact = local.toZonedDateTime(timeZone).toInstant().toString({ fractionalSecondDigits: 6 });
        expect(read(local.toString({ smallestUnit: 'second' }), timeZone)).toBe(exact);
      }),
      { numRuns: 500 },
    );
  });

  it('knows zones by their IANA name only', () => {
    expect(['UTC', 'Europe/Budapest', 'America/New_York'].every(isTimeZone)).toBe(true);
    expect(['', '+02:00', 'Mars/Olympus', 'Europe/Budapest; --'].some(isTimeZone)).toBe(false);
  });
});

describe('date', () => {
  it.each([
    ['2026-03-05', '2026-03-05'],
    ['03/05/2026', '2026-03-05'],
    ['2026-03-05+0100', '2026-03-05'],
    ['2024-09-01 00:00:00', '2024-09-01'],
  ])('%s', (text, canonical) => expect(read(text, 'Asia/Tokyo', undefined, 'date')).toBe(canonical));

  it.each(['2026-02-30', '2026-03-05T01:00:00Z', '1780586634', '', 'NaN'])('%j is refused', (text) =>
    expect(read(text, 'UTC', undefined, 'date')).toMatch(/^! /),
  );
});

describe('formats of a field', () => {
  it.each([
    ["yyyyMMdd'T'HHmmss", '20260305T060708', '2026-03-05T06:07:08.000000Z'],
    ['dd.MM.yyyy HH:mm', '05.03.2026 06:07', '2026-03-05T06:07:00.000000Z'],
    ['yyyyMMddHHmmssSSS', '20260305060708123456789', '2026-03-05T06:07:08.123456Z'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", '2026-03-05T06:07:08.5+02:00', '2026-03-05T04:07:08.500000Z'],
    ["'on' dd/MM/yyyy 'at' HH 'o''clock'", "on 05/03/2026 at 06 o'clock", '2026-03-05T06:00:00.000000Z'],
    ['yyyy.MM.dd (Z)', '2026.03.05 (Z)', '2026-03-05T00:00:00.000000Z'],
    // The canonical text is always read, so that an export can be read again.
    ['dd.MM.yyyy', '2026-03-05T06:07:08.123456Z', '2026-03-05T06:07:08.123456Z'],
  ])('%s reads %s', (format, text, canonical) => expect(read(text, 'UTC', format)).toBe(canonical));

  it('reads a number by its digits, dates as dates, and nothing but its format', () => {
    expect(read(20260305, 'UTC', 'yyyyMMdd')).toBe('2026-03-05T00:00:00.000000Z');
    expect(read('20260305', 'UTC', 'yyyyMMdd', 'date')).toBe('2026-03-05');
    expect(read('2026-03-05', 'UTC', 'yyyyMMdd', 'date')).toBe('2026-03-05');
    expect(read('2026-03-05', 'UTC', 'dd.MM.yyyy')).toMatch(/^! /);
    expect(read('1780586634', 'UTC', 'dd.MM.yyyy')).toMatch(/^! /);
    expect(read('05x03x2026', 'UTC', 'dd.MM.yyyy')).toMatch(/^! /);
    expect(read('31.02.2026', 'UTC', 'dd.MM.yyyy')).toMatch(/^! /);
    expect(read('01.03.2026', 'Europe/Budapest', 'dd.MM.yyyy')).toBe('2026-02-28T23:00:00.000000Z');
  });

  it.each([
    ['yyyy-MM', 'lacks dd'],
    ['yy-MM-dd', 'has "yy"'],
    ['yyyy-MM-dd EEE', 'has "EEE"'],
    ['yyyy-MM-dd-dd', 'has "dd" twice'],
    ["yyyy-MM-dd'T", 'has a quote without an end'],
    ['yyyyMMddSSSHH', 'has S before other digits'],
    [`yyyy-MM-dd${'-'.repeat(100)}`, 'is longer than 100 characters'],
  ])('%s is no format', (format, reason) => {
    expect(JSON.stringify(compileFormat(format, 'datetime'))).toContain(JSON.stringify(reason).slice(1, -1));
  });

  it('has no clock in a date', () => {
    expect(compileFormat('yyyy-MM-dd HH', 'date')).toEqual({ problem: 'has HH, which a date does not have' });
  });
});
