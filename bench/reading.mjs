// Owns the month's sums as other products ask for them, each on the same events in the same run: their queries
// on the ClickHouse engine, the engine on Weir's table of events, and Weir over HTTP.
import { join } from 'node:path';
import { chdbVersion, openChdb } from './lib/chdb.mjs';
import { CUSTOMERS, MONTH, storeColumn, writeParquet } from './lib/events.mjs';
import { duration, grouped, ratio, spread } from './lib/format.mjs';
import { median, timed } from './lib/measure.mjs';
import { makeMeter, recordsOf, removeMeter, replay } from './lib/meters.mjs';
import { CUSTOMER, PEER_SHAPES, PEER_TABLES, stageSql } from './lib/peer-shapes.mjs';

const MERGES_POLL_MS = 500;

/** Measures every shape once per round, one after the other; the section for the report. */
export async function measureReading({ options, client, engine, events, scratch, say, facts }) {
  const shapes = [tableShape(engine, events), meterShape(client)];
  const peers = await openPeers({ options, engine, scratch, say, facts });
  try {
    shapes.push(...(peers?.shapes ?? []));
    const measured = shapes.map((shape) => ({ ...shape, allMs: [], oneMs: [] }));
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const shape of measured) {
        const all = await shape.all(round);
        const one = await shape.one(round);
        shape.allMs.push(all.ms);
        shape.oneMs.push(one.ms);
        shape.answers = [all.answer, one.answer].map(canonical);
        say(`month, round ${round}, ${shape.name}: all ${duration(all.ms)}, one ${duration(one.ms)}`);
      }
    }
    for (let round = 1; round <= options.rounds; round += 1) await removeMeter(client, meterName(round));
    return section(options, measured, peers === undefined);
  } finally {
    await peers?.close();
  }
}

/** `12.50` and `12.5` are the same sum. */
const canonical = (text) => (text.includes('.') ? text.replace(/\.?0+$/u, '') : text);

/** What the door made cheap: a plain sum over typed, deduplicated rows. */
function tableShape(engine, events) {
  const customer = storeColumn('customer');
  const month = `t >= TIMESTAMP '${MONTH.from}' AND t < TIMESTAMP '${MONTH.to}'`;
  const answer = async (sql) => {
    const { result, ms } = await timed(() => engine.rows(sql));
    return { answer: result[0].at(-1), ms };
  };
  const sums = `SELECT ${customer}, sum(${storeColumn('units')}) AS total FROM ${events} WHERE ${month}`;
  return {
    name: "Weir's table of events, SQL",
    weir: true,
    all: () => answer(`SELECT count(*), sum(total) FROM (${sums} GROUP BY 1)`),
    one: () => answer(`SELECT sum(total) FROM (${sums} AND ${customer} = '${CUSTOMER}' GROUP BY 1)`),
  };
}

const meterName = (round) => `monthly-${round}`;

/** All: a new meter evaluates the month and writes its records. One: the record is read. */
function meterShape(client) {
  return {
    name: 'Weir over HTTP: replay into records; read one',
    weir: true,
    all: async (round) => {
      await makeMeter(client, meterName(round), 'customer', 'month');
      const { ms, counts } = await replay(client, meterName(round));
      if (counts.inserted !== CUSTOMERS)
        throw new Error(`${counts.inserted} records of ${CUSTOMERS} customers`);
      return { ms, answer: '' };
    },
    one: async (round) => {
      const { result, ms } = await timed(() => recordsOf(client, meterName(round), CUSTOMER));
      if (result.length !== 1) throw new Error(`${result.length} records of one customer and month`);
      return { ms, answer: result[0].quantity };
    },
  };
}

async function openPeers({ options, engine, scratch, say, facts }) {
  if (options.chdb === undefined) {
    say('other products: skipped, WEIR_CHDB names no chdb package');
    return undefined;
  }
  const parquet = join(scratch, 'events.parquet');
  await writeParquet(engine, parquet, {
    first: 0,
    end: options.replayEvents,
    total: options.replayEvents,
  });
  const chdb = openChdb(options.chdb, join(scratch, 'chdb'));
  facts.chdbVersion = `chdb ${chdbVersion(options.chdb)}, engine ${await textOf(chdb, 'SELECT version()')}`;
  await chdb.query(stageSql(parquet));
  for (const statements of PEER_TABLES) {
    for (const statement of statements) await chdb.query(statement);
    say(`other products: ${statements[0].split(' ')[2]} filled`);
  }
  await settled(chdb);
  const answer = async (sql) => {
    const { text, ms } = await chdb.query(sql);
    const [type, sum] = text.replaceAll('"', '').split(/,(?=[^,]*$)/u);
    return { ms, answer: type.includes('Float') ? `${sum} as a float` : sum };
  };
  const shapes = PEER_SHAPES.map(({ name, all, one }) => ({
    name,
    weir: false,
    all: () => answer(all),
    one: () => answer(one),
  }));
  return { shapes, close: () => chdb.close() };
}

const textOf = async (chdb, sql) => (await chdb.query(sql)).text.replaceAll('"', '');

/** Merges in the background after the inserts would slow down whatever is measured meanwhile. */
async function settled(chdb) {
  while ((await textOf(chdb, 'SELECT count() FROM system.merges')) !== '0') {
    await new Promise((resolve) => setTimeout(resolve, MERGES_POLL_MS));
  }
}

function section({ replayEvents }, shapes, skipped) {
  const [table] = shapes;
  // The record of one customer proves what the replay wrote; the total over all is the table's.
  const isExact = ({ answers: [all, one] }) =>
    (all === '' || all === table.answers[0]) && one === table.answers[1];
  const rivals = shapes.filter((shape) => !shape.weir && isExact(shape));
  const fastest = (times) => Math.min(...rivals.map((shape) => median(shape[times])));
  const against = (shape, times) =>
    rivals.length === 0 ? '-' : ratio(fastest(times) / median(shape[times]));
  return {
    title: "The month's sums, as other products ask for them",
    text: `The same ${grouped(replayEvents)} events of ${grouped(CUSTOMERS)} customers; one in a hundred was sent twice.
      Tables and queries as published by the products (bench/lib/peer-shapes.mjs), on the ClickHouse engine in a process.
      Exact: the answers are, to the digit, those of the deduplicated decimals. Speed: against the fastest exact of
      them.${skipped ? ' Other products were skipped: WEIR_CHDB names no chdb package.' : ''} Aims: 3 for all customers,
      0.5 for one.`,
    head: [
      '',
      'exact',
      'all customers',
      'lowest to highest',
      'speed',
      'one customer',
      'lowest to highest',
      'speed',
    ],
    rows: shapes.map((shape) => [
      shape.name,
      isExact(shape) ? 'yes' : 'no',
      ...spread(shape.allMs, duration),
      against(shape, 'allMs'),
      ...spread(shape.oneMs, duration),
      against(shape, 'oneMs'),
    ]),
  };
}
