// Owns the demo's story: usage of three regions lands in one store, a meter bills the month from it, a late
// region and a correction change the figures. Everything goes through the public API.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { countText } from '../output/decimal-text.ts';
import { Output, type Terminal } from '../output/output.ts';
import { ACCOUNTS } from './accounts.ts';
import { billMonth, billLateRegion } from './billing.ts';
import { collect, importLate, setUp } from './collecting.ts';
import { correct, explain } from './correcting.ts';
import { expectedTotals } from './expected.ts';
import { startHost, type Host } from './host.ts';
import { EXIT_INTERRUPTED, Interrupted, Interruption } from './interruption.ts';
import { makeSample } from './sample.ts';
import { writeSampleFiles } from './sample-files.ts';
import type { Scene } from './scene.ts';
import { Stage } from './stage.ts';

export interface DemoOptions {
  /** Distinct events of the month. */
  readonly events: number;
  /** Leave the server running until Ctrl-C. */
  readonly keepRunning: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

/** Shows the whole story and returns the exit code: 0 if every figure came out as computed without Weir. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const interruption = new Interruption();
  const stage = new Stage(options.terminal, () => interruption.throwIfReached());
  stage.line(pc.bold('\nWeir: one month of a global API provider, from raw files to corrected bills\n'));
  const folder = await mkdtemp(join(tmpdir(), 'weir-demo-'));
  try {
    const host = await stage.step('Start a server', () => startHost(options.environment, folder), hostLines);
    try {
      const exact = await tell(stage, host, folder, options);
      if (options.keepRunning) await stay(stage, host, interruption);
      return exact ? 0 : 1;
    } finally {
      await host.close();
    }
  } catch (error) {
    if (error instanceof Interrupted) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    interruption.forget();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tell(stage: Stage, host: Host, folder: string, options: DemoOptions): Promise<boolean> {
  const scene = await prepare(stage, host, folder, options);
  await setUp(scene);
  await collect(scene);
  const first = await billMonth(scene);
  await importLate(scene);
  const complete = await billLateRegion(scene, first);
  await correct(scene, complete);
  await explain(scene);
  return stage.finish();
}

async function prepare(stage: Stage, host: Host, folder: string, options: DemoOptions): Promise<Scene> {
  return stage.step(
    'Make the sample: September 2026',
    async () => {
      const sample = makeSample(options.events);
      const files = await writeSampleFiles(sample, folder);
      const output = new Output({ json: false, stdout: options.terminal });
      return { stage, client: host.client, output, sample, files, expected: expectedTotals(sample) };
    },
    ({ sample }) => [
      `${countText(sample.onTime.length + sample.late.length)} requests of ${ACCOUNTS.length} customers in three regions,`,
      `${countText(sample.duplicates.onTime + sample.duplicates.late)} of them sent twice, all out of order, ` +
        `${countText(sample.wrong.length)} billed by mistake, and`,
      `North America's last ten days missing at first (${countText(sample.late.length)} requests)`,
    ],
  );
}

function hostLines(host: Host): string[] {
  return [`${host.address}, data in ${host.dataDir}`];
}

async function stay(stage: Stage, host: Host, interruption: Interruption): Promise<void> {
  stage.line();
  stage.line(`Look around:  ${pc.underline(pc.cyan(host.consoleAddress))}`);
  stage.line(
    pc.dim(`With the CLI: WEIR_URL=${host.address} WEIR_API_KEY=${host.key} npm run weir -- usage list`),
  );
  stage.line(pc.dim('Ctrl-C ends the demo.'));
  await interruption.happened;
}
