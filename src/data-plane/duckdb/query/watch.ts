// Owns stopping a query: when it takes too long, needs too much memory or disk, or nobody waits for it.
import type { Connection } from '../connection.ts';
import { SPILL_BYTES_MAX } from './limits.ts';
import { queryError } from './query-error.ts';

const LOOK_MS = 50;

interface Usage {
  /** Resident memory of the process without the pages of tables that the engine keeps and gives up at need. */
  readonly memory: number;
  readonly spilled: number;
}

interface WatchOptions {
  readonly signal: AbortSignal;
  readonly msMax: number;
  /** How much the process may grow while the query runs. */
  readonly memoryBytesMax: number;
}

/**
 * Runs `work` on `connection` under watch; `gauge` is another connection. The memory limit of the engine is one
 * for all of its work, so a query must stay well below it or it would fail the writing beside it. Not all that a
 * query takes is counted by the engine (a median of a cross join: 500 MB/s uncounted), so the process is measured.
 */
export async function watched<R>(
  connection: Connection,
  gauge: Connection,
  options: WatchOptions,
  work: () => Promise<R>,
): Promise<R> {
  const first = await usage(gauge);
  const started = performance.now();
  let reason: Error | undefined;
  let looking: Promise<void> | undefined;
  const stop = (error: Error): void => {
    reason ??= error;
    // A statement that begins after an interrupt does not know of it: so at every look.
    connection.interrupt();
  };
  const look = async (): Promise<void> => {
    const now = await usage(gauge);
    const tooMuch = excess(first, now, options.memoryBytesMax);
    if (tooMuch !== undefined) stop(queryError('QUERY_TOO_LARGE', tooMuch));
  };
  const timer = setInterval(() => {
    if (reason) stop(reason);
    else if (options.signal.aborted) stop(queryError('QUERY_CANCELED', 'The query was canceled.'));
    else if (performance.now() - started > options.msMax) stop(timeout(options.msMax));
    looking ??= look()
      .catch((cause: unknown) => stop(cause instanceof Error ? cause : new Error(String(cause))))
      .finally(() => (looking = undefined));
  }, LOOK_MS);
  try {
    return await work();
  } catch (error) {
    throw reason ?? error;
  } finally {
    clearInterval(timer);
    await looking;
  }
}

const timeout = (msMax: number): Error =>
  queryError('QUERY_TIMEOUT', `The query took longer than ${msMax / 1000} s and was stopped.`);

function excess(first: Usage, now: Usage, memoryBytesMax: number): string | undefined {
  if (now.memory - first.memory > memoryBytesMax) {
    return `The query needed more than ${memoryBytesMax} bytes of memory and was stopped.`;
  }
  if (now.spilled - first.spilled > SPILL_BYTES_MAX) {
    return `The query put more than ${SPILL_BYTES_MAX} bytes on disk and was stopped.`;
  }
  return undefined;
}

async function usage(gauge: Connection): Promise<Usage> {
  const [row] = await gauge.lists(
    `SELECT CAST(sum(memory_usage_bytes) FILTER (WHERE tag = 'BASE_TABLE') AS BIGINT),
      CAST(sum(temporary_storage_bytes) AS BIGINT) FROM duckdb_memory()`,
  );
  return {
    memory: process.memoryUsage.rss() - Number(row?.[0] ?? 0),
    spilled: Number(row?.[1] ?? 0),
  };
}
