import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Big } from 'big.js';
import { parse } from 'csv-parse/sync';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unitsText } from '../../src/cli/demo/expected.ts';
import { writeSampleFiles, type SampleFiles } from '../../src/cli/demo/sample-files.ts';
import { makeSample, type ApiRequest } from '../../src/cli/demo/sample.ts';

const sample = makeSample(2_000);
let folder: string;
let files: SampleFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-sample-'));
  files = await writeSampleFiles(sample, folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a file says, in the words of the sample. */
type Row = Record<string, string>;

function said(row: Row): unknown {
  const time = row['timestamp'] ?? '';
  const zoned = /Z$|[-+]\d\d:\d\d$/.test(time) ? time : `${time.replace(' ', 'T')}Z`;
  return { ...row, timestamp: Date.parse(zoned), units: new Big(row['units'] ?? '').toFixed() };
}

function meant(request: ApiRequest): unknown {
  const { requestId, timeMs, account, region, endpoint, microUnits, bytes, status } = request;
  return {
    requestId,
    timestamp: timeMs,
    account,
    region,
    endpoint,
    units: unitsText(BigInt(microUnits)),
    bytes: String(bytes),
    status: String(status),
  };
}

test('Asia: CSV, names with commas and quotes kept', async () => {
  const rows = parse<Row>(await readFile(files.asia), { columns: true });
  expect(rows.map(said)).toEqual(sample.files.asia.map(meant));
});

test('Europe: gzipped NDJSON with numbers as literals', async () => {
  const text = gunzipSync(await readFile(files.europe)).toString('utf8');
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/"(units|bytes|status)":([^,}]+)/g, '"$1":"$2"'))
    .map((line) => JSON.parse(line) as Row);
  expect(rows.map(said)).toEqual(sample.files.europe.map(meant));
  expect(text).toMatch(/"units":\d/);
});

test.each(['northAmerica', 'lateNorthAmerica'] as const)('%s: XML, attributes and elements', async (file) => {
  const rows: Row[] = [];
  let text = '';
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => {
    text = '';
    if (tag.name === 'request') rows.push({ ...tag.attributes });
  });
  parser.on('text', (part) => (text += part));
  parser.on('closetag', (tag) => {
    const row = rows.at(-1);
    if (row && tag.name !== 'request' && tag.name !== 'requests') row[tag.name] = text;
  });
  parser.write(await readFile(files[file], 'utf8')).close();
  const requests = sample.files[file === 'northAmerica' ? 'north-america' : 'lateNorthAmerica'];
  expect(rows.map(said)).toEqual(requests.map(meant));
});

test('the wrong ids stand under the header of the delete template', async () => {
  const lines = (await readFile(files.wrongIds, 'utf8')).trimEnd().split('\n');
  expect(lines).toEqual(['requestId', ...sample.wrong.map(({ requestId }) => requestId)]);
});
