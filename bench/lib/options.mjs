// Owns what a run of the benches is asked to do: sizes, rounds, places.
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]
  --small                 a smoke run of seconds; prints, and writes no RESULTS.md unless --output says where
  --only NAME             one of the benches: ingest, replay, dedupe, recovery, export, corrections
  --rounds N              how often A and B alternate (default 3)
  --ingest-events N       default 1000000
  --replay-events N       default 10000000
  --dedupe-ids N,N        sizes of the stores of the dedupe bench (default 10000000; 100000000 takes 12 GB)
  --log-megabytes N,N     logs of the recovery bench (default 100,200,400; the server keeps them below 128)
  --correction-events N,N sizes of the stores of the corrections bench (default 1000000,10000000; 50000000 takes 4 GB)
  --scratch DIR           where data is made and removed again (default: the system's folder for that)
  --output FILE           default bench/RESULTS.md
WEIR_CHDB names an installed chdb package for the comparison with other products' queries:
  npm install --prefix /tmp/weir-chdb chdb@3.4.0 && WEIR_CHDB=/tmp/weir-chdb/node_modules/chdb npm run bench`;

const FULL = {
  rounds: 3,
  ingestEvents: 1_000_000,
  replayEvents: 10_000_000,
  dedupeIds: [10_000_000],
  logMegabytes: [100, 200, 400],
  correctionEvents: [1_000_000, 10_000_000],
};
const SMALL = {
  rounds: 2,
  ingestEvents: 20_000,
  replayEvents: 100_000,
  dedupeIds: [300_000],
  logMegabytes: [10],
  correctionEvents: [100_000],
};
const BENCHES = ['ingest', 'replay', 'dedupe', 'recovery', 'export', 'corrections'];

/** Reads the command line; throws what is wrong with it. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      small: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      'ingest-events': { type: 'string' },
      'replay-events': { type: 'string' },
      'dedupe-ids': { type: 'string' },
      'log-megabytes': { type: 'string' },
      'correction-events': { type: 'string' },
      scratch: { type: 'string' },
      output: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.only !== undefined && !BENCHES.includes(values.only)) {
    throw new Error(`--only takes ${BENCHES.join(', ')}`);
  }
  const sizes = values.small ? SMALL : FULL;
  return {
    help: values.help,
    benches: values.only === undefined ? BENCHES : [values.only],
    rounds: wholeNumber('rounds', values.rounds, sizes.rounds),
    ingestEvents: wholeNumber('ingest-events', values['ingest-events'], sizes.ingestEvents),
    replayEvents: wholeNumber('replay-events', values['replay-events'], sizes.replayEvents),
    dedupeIds:
      values['dedupe-ids'] === undefined ? sizes.dedupeIds : wholeNumbers('dedupe-ids', values['dedupe-ids']),
    logMegabytes:
      values['log-megabytes'] === undefined
        ? sizes.logMegabytes
        : wholeNumbers('log-megabytes', values['log-megabytes']),
    correctionEvents:
      values['correction-events'] === undefined
        ? sizes.correctionEvents
        : wholeNumbers('correction-events', values['correction-events']),
    scratch: values.scratch,
    output: values.output ?? (values.small ? undefined : 'bench/RESULTS.md'),
    chdb: process.env.WEIR_CHDB,
  };
}

function wholeNumber(name, text, fallback) {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,8}$/u.test(text)) throw new Error(`--${name} takes a whole number above 0`);
  return Number(text);
}

const wholeNumbers = (name, text) => text.split(',').map((part) => wholeNumber(name, part));
