// Owns importing a file that cannot be cut by lines (a JSON array, XML, Avro, Parquet): it is handed
// to the server as it is, which reads it into the store.
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
    unknown: request.unknown,
    null: request.nullText,
  });
  const done = await waitFor(
    () => client.get<ImportAnswer>(apiPath`/v1/imports/${started.id}`),
    started,
    ({ status }) => status === 'completed' || status === 'failed',
  );
  const { counts, rejected } = done;
  if (done.status === 'failed' || counts === null) throw failedImport(file.name, done);
  // It was there for this import only; one that failed is left for those who look into it.
  await client.send({ method: 'DELETE', path: apiPath`/v1/files/${file.name}` });
  yield {
    ...counts,
    rejects: rejected.map((entry) => rejectOf(entry, { file: file.name, line: undefined, input: null })),
    bytesRead: file.sizeBytes,
  };
}

function failedImport(name: string, { error }: ImportAnswer): CliError {
  return new CliError(`${name} was not imported: ${error?.detail ?? 'the server gave no reason'}`, {
    code: error?.code ?? 'IMPORT_FAILED',
  });
}
