// Owns importing a file that cannot be cut by lines (a JSON array, XML, Parquet): it is handed to the
// server as it is, which reads it into the store.
import type { ImportAnswer } from '../api-types.ts';
import { apiPath, type WeirClient } from '../client.ts';
import { waitFor } from '../wait.ts';
import { CliError } from '../cli-error.ts';
import { rejectOf } from './rejects.ts';
import type { ImportRequest, ImportStep } from './types.ts';

/** Uploads the file, has the server import it, and yields what that did. */
export async function* importWhole(client: WeirClient, request: ImportRequest): AsyncGenerator<ImportStep> {
  const { file } = request;
  await client.send({
    method: 'PUT',
    path: apiPath`/v1/files/${file.name}`,
    contentType: 'application/octet-stream',
    body: () => ReadableStream.from(file.chunks()) as ReadableStream<Uint8Array>,
    repeatable: true,
  });
  const started = await client.post<ImportAnswer>(apiPath`/v1/event-stores/${request.store}/imports`, {
    file: file.name,
    format: file.format,
    ...(request.unknown === undefined ? {} : { unknown: request.unknown }),
  });
  const done = await waitFor(
    () => client.get<ImportAnswer>(apiPath`/v1/event-stores/${request.store}/imports/${started.id}`),
    started,
    (answer) => answer.status === 'completed' || answer.status === 'failed',
  );
  if (done.status === 'failed') throw failedImport(file.name, done);
  yield {
    accepted: done.accepted,
    duplicates: done.duplicates,
    replaced: done.replaced,
    rejected: done.rejected.map((entry) =>
      rejectOf(entry, { file: file.name, line: undefined, input: null }),
    ),
    bytesRead: file.sizeBytes,
  };
}

function failedImport(name: string, answer: ImportAnswer): CliError {
  const { code, message } = answer.error ?? {};
  return new CliError(`${name} was not imported: ${message ?? 'the server gave no reason'}`, {
    code: code ?? 'IMPORT_FAILED',
  });
}
