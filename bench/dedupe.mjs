// Bench (c): deduplication of a large store: memory, disk, batches of new and known ids, and starting on it.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { duration, grouped, percent } from './lib/format.mjs';
import { elapsed, median, timed } from './lib/measure.mjs';
import {
  BATCH_ROWS,
  EMPTY,
  FULL,
  append,
  batchOf,
  fillStore,
  hashesOf,
  openPlane,
} from './lib/large-store.mjs';

/** With 100 million events all of it takes some eight minutes, most of them for making the events. */
const ROUNDS = 9;
/** Ids of batches that are new to the store begin here. */
const FIRST_NEW = 1_000_000_000;

/** Runs the bench on a store of each size; sections for the report. */
export async function dedupeBench({ dedupeIds }, scratch, say) {
  const measured = [];
  for (const ids of dedupeIds) measured.push(await measureStore(ids, scratch, say));
  return [batches(measured), costs(measured)];
}

async function measureStore(ids, scratch, say) {
  const directory = mkdtempSync(join(scratch, 'dedupe-'));
  try {
    const fillMs = await elapsed(() => fillStore(directory, ids));
    say(`dedupe: ${grouped(ids)} events made in ${duration(fillMs)}`);
    const made = await start(directory, ids);
    say(`dedupe: started without an index in ${duration(made.firstWriteMs)}`);
    const figures = await measureBatches(made.plane, ids);
    const { known } = (await made.plane.writers.warmUp(FULL.number)).state;
    const memory = known.bytes;
    const closeMs = await elapsed(() => made.plane.close());
    const disk = bytesIn(join(directory, 'index'));
    const clean = await start(directory, ids);
    await clean.plane.close();
    say(`dedupe: ${grouped(ids)} events, a clean start in ${duration(clean.firstWriteMs)}`);
    return { ids, figures, memory, disk, closeMs, made, clean };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Opens the data plane and writes an event that is there; milliseconds to each step, from the beginning. */
async function start(directory, ids) {
  const from = performance.now();
  const plane = await openPlane(directory);
  const openMs = performance.now() - from;
  await plane.writers.warmUp(FULL.number);
  const { duplicates } = await append(plane, FULL, batchOf([ids - 1]));
  if (duplicates !== 1) throw new Error('the last event of the store is not known after a start');
  return { plane, openMs, firstWriteMs: performance.now() - from };
}

/** Milliseconds of each kind of batch, one after the other in every round. */
async function measureBatches(plane, ids) {
  const kinds = batchKinds(ids);
  const times = new Map(Object.keys(kinds).map((kind) => [kind, []]));
  const asked = [];
  const looked = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [kind, { store, numbers, expected }] of Object.entries(kinds)) {
      const { result, ms } = await timed(() => append(plane, store, batchOf(numbers(round))));
      if (result.duplicates !== expected) {
        throw new Error(`${kind}: ${result.duplicates} duplicates instead of ${expected}`);
      }
      times.get(kind).push(ms);
    }
    const { known } = (await plane.writers.warmUp(FULL.number)).state;
    asked.push(await elapsed(() => ask(plane, known, freshNumbers(2, round))));
    looked.push(await elapsed(() => lookUp(plane, known, scattered(ids, round, BATCH_ROWS))));
  }
  const medians = [...times].map(([kind, list]) => [kind, median(list)]);
  return { ...Object.fromEntries(medians), asked: median(asked), looked: median(looked) };
}

/** What a commit of new ids does to be sure that they are new: asks the filters, looks up what they suspect. */
async function ask(plane, known, numbers) {
  const hashes = hashesOf(numbers);
  const suspects = [];
  for (let index = 0; index < hashes.length; index += 1) {
    if (known.add(hashes.low[index], hashes.high[index])) suspects.push(hashes.value(index));
  }
  await plane.database.withConnection((connection) => known.index.sequences(connection, suspects, []));
}

async function lookUp(plane, known, numbers) {
  const hashes = hashesOf(numbers);
  const wanted = numbers.map((_, index) => hashes.value(index));
  const found = await plane.database.withConnection((connection) =>
    known.index.sequences(connection, wanted, []),
  );
  if (found.length < numbers.length) throw new Error(`${found.length} of ${numbers.length} ids were found`);
}

function batchKinds(ids) {
  const fresh = BATCH_ROWS * 0.9;
  return {
    empty: { store: EMPTY, numbers: (round) => freshNumbers(0, round), expected: 0 },
    fresh: { store: FULL, numbers: (round) => freshNumbers(0, round), expected: 0 },
    mixed: {
      store: FULL,
      numbers: (round) => [
        ...resent(ids, round, BATCH_ROWS - fresh),
        ...freshNumbers(1, round).slice(0, fresh),
      ],
      expected: BATCH_ROWS - fresh,
    },
    resent: { store: FULL, numbers: (round) => resent(ids, round, BATCH_ROWS), expected: BATCH_ROWS },
    scattered: { store: FULL, numbers: (round) => scattered(ids, round, BATCH_ROWS), expected: BATCH_ROWS },
  };
}

const sequence = (first, count, step = 1) =>
  Array.from({ length: count }, (_, index) => first + index * step);

const freshNumbers = (kind, round) => sequence(FIRST_NEW + (kind * ROUNDS + round) * BATCH_ROWS, BATCH_ROWS);

/** Events that were written one after the other, at another place in every round. */
const resent = (ids, round, count) => sequence(Math.floor((ids / (ROUNDS + 1)) * round) + round, count);

/** Events of all ages, others in every round. */
const scattered = (ids, round, count) => sequence(round, count, Math.floor((ids - ROUNDS) / count));

const bytesIn = (directory) =>
  readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);

const sizes = (measured) => measured.map(({ ids }) => `${grouped(ids)} ids`);

function batches(measured) {
  const row = (name, write) => [name, ...measured.map(({ figures }) => write(figures))];
  return {
    title: 'Deduplication of a batch',
    text: `Batches of ${grouped(BATCH_ROWS)} events through the data plane (without HTTP and decoding), one at a time, each committed and synced; medians of ${ROUNDS}. The lines that begin with "of it" are measured by themselves. Aim: a share of 15 %.`,
    head: ['', ...sizes(measured)],
    rows: [
      row('new ids, in a store that is almost empty', ({ empty }) => duration(empty)),
      row('new ids', ({ fresh }) => duration(fresh)),
      row('of it hashing, filters, and lookups of what they suspect', ({ asked }) => duration(asked)),
      row('their share', ({ asked, fresh }) => percent(asked / fresh)),
      row('a tenth known, written one after the other', ({ mixed }) => duration(mixed)),
      row('all known, written one after the other', ({ resent: ms }) => duration(ms)),
      row('all known, of all ages', ({ scattered: ms }) => duration(ms)),
      row('of it finding their sequences', ({ looked }) => duration(looked)),
    ],
  };
}

function costs(measured) {
  const row = (name, write) => [name, ...measured.map(write)];
  return {
    title: 'Memory, disk and start of a large store',
    text: `The id index of the same store. A start is measured from opening the data directory to the answer to a first write, with the files in the page cache. Aims: 2 bytes of memory per event; a clean start under two seconds.`,
    head: ['', ...sizes(measured)],
    rows: [
      row('memory per event', ({ memory, ids }) => `${(memory / ids).toFixed(2)} bytes`),
      row('disk per event', ({ disk, ids }) => `${(disk / ids).toFixed(1)} bytes`),
      row('opening', ({ clean }) => duration(clean.openMs)),
      row('a clean start', ({ clean }) => duration(clean.firstWriteMs)),
      row('a start without an index', ({ made }) => duration(made.firstWriteMs)),
      row('closing', ({ closeMs }) => duration(closeMs)),
    ],
  };
}
