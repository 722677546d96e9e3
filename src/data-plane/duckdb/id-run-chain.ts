// Owns which files are the runs of a store's id index, from the first event on without a gap, and which of them
// are written again together with what is new.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSpan } from './id-run-file.ts';
import { IdRun } from './id-run.ts';

/** Where a store's runs are, and of which history they must be. */
export interface IndexPlace {
  readonly directory: string;
  readonly timeline: string;
  readonly store: number;
}

/**
 * So many runs of about a size become one: 100 million events are 6 to 10 runs, and an entry is written about
 * four times in its life. Fewer runs would make new ids cheaper, and writing them dearer.
 */
const RUNS_OF_A_SIZE = 4;

export const pathOfRun = (directory: string, { store, from, upTo }: RunSpan): string =>
  join(directory, `${store}-${from}-${upTo}.ids`);

/**
 * Opens the runs of a store. What does not fit is removed, because it can be made again: a file that is not
 * whole, of another history, of more than the store's `last` sequence, or that another run covers.
 */
export async function openRuns(place: IndexPlace, last: bigint): Promise<IdRun[]> {
  const spans = spansOf(place);
  const runs: IdRun[] = [];
  for (;;) {
    const from = endOf(runs);
    const next = await firstOpened(
      place,
      spans.filter((span) => span.from === from && span.upTo > from && span.upTo <= last),
    );
    if (!next) break;
    runs.push(next);
  }
  const kept = new Set(runs.map(({ path }) => path));
  for (const path of filesOf(place)) if (!kept.has(path)) rmSync(path, { force: true });
  return runs;
}

/** Removes all runs of a store. */
export function removeRuns(place: Pick<IndexPlace, 'directory' | 'store'>): void {
  for (const path of filesOf(place)) rmSync(path, { force: true });
}

/** The sequence up to which runs cover a store. */
export const endOf = (runs: readonly IdRun[]): bigint => runs.at(-1)?.header.upTo ?? 0n;

/** How many of the last runs, by their sizes, become one with `added` new entries. */
export function runsToMerge(sizes: readonly number[], added: number): number {
  let later = added;
  let merged = 0;
  for (let index = sizes.length - 1; index >= 0; index--) {
    if (sizes[index]! * (RUNS_OF_A_SIZE - 1) <= later) merged = sizes.length - index;
    later += sizes[index]!;
  }
  return merged;
}

function filesOf({ directory, store }: Pick<IndexPlace, 'directory' | 'store'>): string[] {
  const own = readdirSync(directory).filter((name) => name.startsWith(`${store}-`));
  return own.map((name) => join(directory, name));
}

/** What the names say, the longest first. */
function spansOf(place: IndexPlace): RunSpan[] {
  const { timeline, store } = place;
  return filesOf(place)
    .map((path) => /-(\d+)-(\d+)\.ids$/u.exec(path))
    .filter((match) => match !== null)
    .map(([, from, upTo]) => ({ timeline, store, from: BigInt(from!), upTo: BigInt(upTo!) }))
    .sort((a, b) => Number(b.upTo - a.upTo));
}

async function firstOpened({ directory }: IndexPlace, spans: readonly RunSpan[]): Promise<IdRun | undefined> {
  for (const span of spans) {
    const run = await IdRun.open(pathOfRun(directory, span));
    if (run && isOf(run, span)) return run;
    run?.close();
  }
  return undefined;
}

const isOf = ({ header }: IdRun, { timeline, store, from, upTo }: RunSpan): boolean =>
  header.timeline === timeline && header.store === store && header.from === from && header.upTo === upTo;
