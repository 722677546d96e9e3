// Owns how each region writes its usage: Asia as CSV, Europe as gzipped NDJSON, North America as XML, each
// with its own habits for times and numbers. Files are streamed, never held whole.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { UNITS_SCALE, unitsText } from './expected.ts';
import type { ApiRequest, Sample } from './sample.ts';

export interface SampleFiles {
  readonly asia: string;
  readonly europe: string;
  readonly northAmerica: string;
  readonly lateNorthAmerica: string;
  /** The ids to delete, as the delete template wants them. */
  readonly wrongIds: string;
}

/** Parts are joined up to about this size before they are written. */
const chunk_chars = 65_536;

/** Writes the sample into `folder` (which exists) and says where. */
export async function writeSampleFiles(sample: Sample, folder: string): Promise<SampleFiles> {
  const files: SampleFiles = {
    asia: join(folder, 'asia.csv'),
    europe: join(folder, 'europe.ndjson.gz'),
    northAmerica: join(folder, 'north-america.xml'),
    lateNorthAmerica: join(folder, 'north-america-late.xml'),
    wrongIds: join(folder, 'wrong-events.csv'),
  };
  await write(files.asia, csvParts(sample.files.asia));
  await write(files.europe, ndjsonParts(sample.files.europe), true);
  await write(files.northAmerica, xmlParts(sample.files['north-america']));
  await write(files.lateNorthAmerica, xmlParts(sample.files.lateNorthAmerica));
  await write(files.wrongIds, ['requestId\n', ...sample.wrong.map(({ requestId }) => `${requestId}\n`)]);
  return files;
}

async function write(path: string, parts: Iterable<string>, gzip = false): Promise<void> {
  const text = Readable.from(joined(parts));
  await (gzip
    ? pipeline(text, createGzip(), createWriteStream(path))
    : pipeline(text, createWriteStream(path)));
}

function* joined(parts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length >= chunk_chars) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** Times in UTC without a zone; units always with six decimals. */
export function* csvParts(requests: readonly ApiRequest[]): Generator<string> {
  yield 'requestId,timestamp,account,region,endpoint,units,bytes,status\n';
  for (const request of requests) {
    const cells = [
      request.requestId,
      new Date(request.timeMs).toISOString().replace('T', ' ').replace('Z', ''),
      csvCell(request.account),
      request.region,
      request.endpoint,
      fixedUnits(request.microUnits),
      request.bytes,
      request.status,
    ];
    yield `${cells.join(',')}\n`;
  }
}

/** RFC 3339 in UTC; numbers as JSON literals, without needless zeros. */
export function* ndjsonParts(requests: readonly ApiRequest[]): Generator<string> {
  for (const request of requests) {
    const { requestId, account, region, endpoint } = request;
    const texts = JSON.stringify({
      requestId,
      timestamp: new Date(request.timeMs).toISOString(),
      account,
      region,
      endpoint,
    });
    const units = unitsText(BigInt(request.microUnits));
    yield `${texts.slice(0, -1)},"units":${units},"bytes":${request.bytes},"status":${request.status}}\n`;
  }
}

/** RFC 3339 in the region's own offset, five hours behind UTC. */
export function* xmlParts(requests: readonly ApiRequest[]): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<requests>\n';
  for (const request of requests) {
    const local = new Date(request.timeMs - 5 * 3_600_000).toISOString().replace('Z', '-05:00');
    yield (
      `  <request requestId="${request.requestId}" timestamp="${local}">` +
      `<account>${xmlText(request.account)}</account><region>${request.region}</region>` +
      `<endpoint>${request.endpoint}</endpoint><units>${fixedUnits(request.microUnits)}</units>` +
      `<bytes>${request.bytes}</bytes><status>${request.status}</status></request>\n`
    );
  }
  yield '</requests>\n';
}

function fixedUnits(microUnits: number): string {
  const digits = String(microUnits).padStart(UNITS_SCALE + 1, '0');
  return `${digits.slice(0, -UNITS_SCALE)}.${digits.slice(-UNITS_SCALE)}`;
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
