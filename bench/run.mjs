// Entry of `npm run bench`: runs the benches, prints the tables and writes them to bench/RESULTS.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { correctionGrowthBench } from './correction-growth.mjs';
import { dedupeBench } from './dedupe.mjs';
import { exportBench } from './export.mjs';
import { ingestBench } from './ingest.mjs';
import { readOptions, USAGE } from './lib/options.mjs';
import { report } from './lib/report.mjs';
import { recoveryBench } from './recovery.mjs';
import { replayBench } from './replay.mjs';

const BENCHES = {
  ingest: ingestBench,
  replay: replayBench,
  dedupe: dedupeBench,
  recovery: recoveryBench,
  export: exportBench,
  corrections: correctionGrowthBench,
};

const args = process.argv.slice(2);
const options = readOptions(args);
if (options.help) console.log(USAGE);
else await run();

async function run() {
  const startedAt = new Date();
  const scratch = mkdtempSync(join(options.scratch ?? tmpdir(), 'weir-bench-'));
  const say = (line) => void process.stderr.write(`${line}\n`);
  const facts = { args, options, startedAt, chdbVersion: undefined };
  const sections = [];
  try {
    for (const name of options.benches) sections.push(...(await BENCHES[name](options, scratch, say, facts)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const text = await report(sections, facts);
  console.log(text);
  if (options.output !== undefined) writeFileSync(options.output, text);
}
