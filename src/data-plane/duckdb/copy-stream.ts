import type { Database } from './database.ts';
import { streamFiles } from './stream-files.ts';

/**
 * The rows of a select as one file of the engine's, streamed and then removed (stream-files.ts). It is complete
 * before the first byte leaves: a failure comes instead of the first byte.
 */
export function copyStream(
  database: Database,
  select: string,
  extension: string,
  options: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  return streamFiles(
    database,
    async function* ({ copy }) {
      yield await copy(select, extension, options);
    },
    signal,
  );
}
