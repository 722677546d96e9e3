// Owns what a run of the benches says in the end: the tables, and on what and how they were measured.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { engineVersion } from './engine.mjs';
import { grouped, markdownTable } from './format.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The report in Markdown. A section: title, text, head, rows. */
export async function report(sections, facts) {
  const parts = sections.map(
    ({ title, text, head, rows }) => `## ${title}\n\n${paragraph(text)}\n\n${markdownTable(head, rows)}`,
  );
  const machine = markdownTable(['', ''], await circumstances(facts));
  const intro = `What \`npm run bench\` printed. A and B alternate within one run; compare figures of one run only, and ratios rather than times: another machine, or a busy one, gives others.`;
  return `${['# Bench results', intro, machine, ...parts].join('\n\n')}\n`;
}

const paragraph = (text) => text.replaceAll(/\s+/gu, ' ').trim();

async function circumstances({ args, options, chdbVersion, startedAt }) {
  const [processor] = cpus();
  return [
    ['date', startedAt.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC')],
    ['command', `\`npm run bench${args.length > 0 ? ` -- ${args.join(' ')}` : ''}\``],
    ['sources', gitVersion()],
    ['processors', `${availableParallelism()} x ${processor?.model ?? 'unknown'}`],
    ['memory', `${grouped(totalmem() / 2 ** 30)} GiB`],
    ['system', `${process.platform} ${process.arch}`],
    ['Node.js', process.version],
    ['DuckDB', await engineVersion()],
    ['ClickHouse (chdb)', chdbVersion ?? 'not installed, its part skipped (WEIR_CHDB)'],
    ['rounds', `${options.rounds}, medians shown`],
    [
      'busy',
      `load average ${loadavg()[0].toFixed(1)} at the end; the benches themselves keep ${availableParallelism()} busy`,
    ],
  ];
}

function gitVersion() {
  const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src') === '' ? '' : ', with changes in src';
  return `${git('rev-parse', '--short', 'HEAD')}${changed}`;
}
