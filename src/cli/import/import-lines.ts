// Owns importing a file of lines (CSV, NDJSON): streamed to the store in batches, one after the other, so
// that of two versions of an event the later in the file wins.
import type { WriteAnswer } from '../api-types.ts';
import { apiPath, type WeirClient } from '../client.ts';
import type { Batch } from './batches.ts';
import { batchesOf } from './batches.ts';
import { rejectOf, type Reject } from './rejects.ts';
import type { ImportRequest, ImportStep } from './types.ts';

const CONTENT_TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

/** Sends the file and yields what each batch did. Sending it again is safe: the server knows every id. */
export async function* importLines(client: WeirClient, request: ImportRequest): AsyncGenerator<ImportStep> {
  for await (const batch of batchesOf(request.file, request.batchEvents)) {
    const answer = await sendBatch(client, request, batch);
    yield {
      ...answer,
      rejected: answer.rejected.length,
      rejects: answer.rejected.map((entry) => rejectedRecord(request.file.name, batch, entry)),
      bytesRead: request.file.bytesRead(),
    };
  }
}

function sendBatch(client: WeirClient, request: ImportRequest, batch: Batch): Promise<WriteAnswer> {
  const body = Buffer.concat(batch.parts);
  return client.json<WriteAnswer>({
    method: 'POST',
    path: apiPath`/v1/event-stores/${request.store}/events`,
    query: {
      file: request.file.name,
      firstLine: batch.firstLine,
      unknown: request.unknown,
      null: request.nullText,
    },
    contentType: CONTENT_TYPES[request.file.format === 'csv' ? 'csv' : 'ndjson'],
    body: () => body,
    repeatable: true,
  });
}

function rejectedRecord(file: string, batch: Batch, entry: WriteAnswer['rejected'][number]): Reject {
  const record = batch.events[entry.index];
  const input = record === undefined ? null : record.bytes.toString('utf8').replace(/\r?\n$/, '');
  return rejectOf(entry, { file, line: record?.line, input });
}
