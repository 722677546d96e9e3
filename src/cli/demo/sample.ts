// Owns the demo's usage: one month of a global API provider, with everything that goes wrong in a real
// month. Pure: the same options give the same events. Writing them to files is sample-files.ts.
import { ACCOUNTS, REGIONS, type Account, type Region } from './accounts.ts';
import { seededRandom, type Random } from './random.ts';

/** One request to the provider's API; the fields of the demo's event definition. */
export interface ApiRequest {
  readonly requestId: string;
  /** Milliseconds since 1970, UTC. */
  readonly timeMs: number;
  readonly account: string;
  readonly region: Region;
  readonly endpoint: string;
  /** Billable units in millionths: whole, so that nothing here is ever rounded. */
  readonly microUnits: number;
  readonly bytes: number;
  readonly status: number;
}

export interface Sample {
  /** What each region sends, in the order of arrival (not of time), with its duplicates. */
  readonly files: Readonly<Record<Region | 'lateNorthAmerica', readonly ApiRequest[]>>;
  /** Every distinct request that had arrived before the late file. */
  readonly onTime: readonly ApiRequest[];
  readonly late: readonly ApiRequest[];
  /** A load test that was billed by mistake; part of `onTime`. */
  readonly wrong: readonly ApiRequest[];
  /** Events sent twice with the same content, in the on-time files and in the late one. */
  readonly duplicates: { readonly onTime: number; readonly late: number };
}

export const MONTH_START_MS = Date.UTC(2026, 8, 1);
export const MONTH_DAYS = 30;
/** North America's last ten days come late. */
export const LATE_FROM_MS = MONTH_START_MS + 20 * 86_400_000;

const SHARES: Readonly<Record<Region, number>> = { asia: 390, europe: 330, 'north-america': 275 };
const WRONG_SHARE = 5;
/** The load test's traffic was booked on these customers. */
const WRONG_ACCOUNTS = [3, 8, 13] as const;

const ENDPOINTS = [
  { path: '/v1/chat', weight: 30, microUnitsMax: 9_000_000 },
  { path: '/v1/embed', weight: 25, microUnitsMax: 400_000 },
  { path: '/v1/search', weight: 20, microUnitsMax: 250_000 },
  { path: '/v1/translate', weight: 12, microUnitsMax: 3_000_000 },
  { path: '/v1/transcribe', weight: 8, microUnitsMax: 45_000_000 },
  { path: '/v1/vision', weight: 5, microUnitsMax: 20_000_000 },
] as const;

const STATUSES = [200, 200, 200, 200, 200, 200, 200, 200, 429, 500] as const;
/** Requests per hour of the local day, relative; and where the region's day lies against UTC. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 7, 11, 14, 15, 14, 12, 14, 15, 15, 14, 12, 10, 8, 7, 6, 5, 3] as const;
const UTC_OFFSET_HOURS: Readonly<Record<Region, number>> = { asia: 8, europe: 1, 'north-america': -6 };

/** Makes about `events` distinct requests (a multiple of 1,000 makes it exact), the same for the same count. */
export function makeSample(events: number): Sample {
  const random = seededRandom(20260901);
  const thousandth = Math.round(events / 1000);
  const regular = REGIONS.map((region) => regionTraffic(random, region, SHARES[region] * thousandth));
  const [asia = [], europe = [], america = []] = regular;
  const wrong = loadTest(random, WRONG_SHARE * thousandth);
  const inTime = america.filter((request) => request.timeMs < LATE_FROM_MS);
  const late = america.filter((request) => request.timeMs >= LATE_FROM_MS);
  // Retried uploads and regions that forward each other's requests: the same content, twice.
  const repeated = {
    asia: pick(random, asia, 5 * thousandth),
    europe: pick(random, asia, 12 * thousandth),
    america: pick(random, europe, 8 * thousandth),
    late: pick(random, inTime, 5 * thousandth),
  };
  return {
    files: {
      asia: inOrderOfArrival(random, [...asia, ...repeated.asia]),
      europe: inOrderOfArrival(random, [...europe, ...wrong, ...repeated.europe]),
      'north-america': inOrderOfArrival(random, [...inTime, ...repeated.america]),
      lateNorthAmerica: inOrderOfArrival(random, [...late, ...repeated.late]),
    },
    onTime: [...asia, ...europe, ...wrong, ...inTime],
    late,
    wrong,
    duplicates: {
      onTime: repeated.asia.length + repeated.europe.length + repeated.america.length,
      late: repeated.late.length,
    },
  };
}

function regionTraffic(random: Random, region: Region, count: number): ApiRequest[] {
  const accounts = ACCOUNTS.filter((account) => account.regions.includes(region));
  const weights = accounts.map((account) => account.weight);
  const days = Array.from({ length: MONTH_DAYS }, (_, day) => dayWeight(day));
  const prefix = region.slice(0, 2);
  return Array.from({ length: count }, (_, index) => {
    // Every account gets one request at once, so that even a small sample bills all sixty.
    const account = accounts[index < accounts.length ? index : random.weighted(weights)] as Account;
    return request(random, `${prefix}-${serial(index)}`, region, account.name, timeOf(random, region, days));
  });
}

/** A client that fired its load test at production, on 8 to 10 September. */
function loadTest(random: Random, count: number): ApiRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const account = ACCOUNTS[WRONG_ACCOUNTS[index % WRONG_ACCOUNTS.length] ?? 0] as Account;
    const timeMs = MONTH_START_MS + 7 * 86_400_000 + random.below(3 * 86_400_000);
    return request(random, `loadtest-${serial(index)}`, 'europe', account.name, timeMs);
  });
}

function request(
  random: Random,
  requestId: string,
  region: Region,
  account: string,
  timeMs: number,
): ApiRequest {
  const endpoint = ENDPOINTS[random.weighted(ENDPOINTS.map(({ weight }) => weight))] ?? ENDPOINTS[0];
  return {
    requestId,
    timeMs,
    account,
    region,
    endpoint: endpoint.path,
    microUnits: 1 + random.below(endpoint.microUnitsMax),
    bytes: 120 + random.below(2_000_000),
    status: STATUSES[random.below(STATUSES.length)] ?? 200,
  };
}

/** Less traffic at weekends (1 September 2026 is a Tuesday), a little more every week. */
function dayWeight(day: number): number {
  const weekday = (day + 1) % 7;
  return (weekday >= 5 ? 55 : 100) + day;
}

function timeOf(random: Random, region: Region, days: readonly number[]): number {
  const hour = (random.weighted(HOURS) - UTC_OFFSET_HOURS[region] + 24) % 24;
  const day = random.weighted(days);
  return MONTH_START_MS + (day * 24 + hour) * 3_600_000 + random.below(3_600_000);
}

/** Most requests are reported within a minute, one in twenty up to two days later. */
function inOrderOfArrival(random: Random, requests: readonly ApiRequest[]): ApiRequest[] {
  const arrivals = requests.map((request) => ({
    request,
    at: request.timeMs + random.below(random.below(20) === 0 ? 2 * 86_400_000 : 60_000),
  }));
  return arrivals.sort((a, b) => a.at - b.at).map(({ request }) => request);
}

/** `count` different ones, spread over the list. */
function pick(random: Random, requests: readonly ApiRequest[], count: number): ApiRequest[] {
  const stride = Math.floor(requests.length / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => requests[index * stride + random.below(stride)]).filter(
    (request) => request !== undefined,
  );
}

function serial(index: number): string {
  return String(index + 1).padStart(6, '0');
}
