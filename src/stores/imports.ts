// Owns imports: an uploaded file written into a store, as one commit, followed as a resource. What a crash
// interrupts is done again at the next start: identity makes that harmless.
import type { Actor, Collection, ControlPlane, Stored } from '../control-plane/port.ts';
import type { EventStorePort } from '../data-plane/event-store-port.ts';
import type { FilePort } from '../data-plane/file-port.ts';
import type { ParquetPort } from '../data-plane/parquet-port.ts';
import type { DecodeFormat } from '../definitions/decode/options.ts';
import type { RejectedEvent } from '../definitions/rows.ts';
import { WeirError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StoreActivity } from './activity.ts';
import type { StoreCatalogue } from './catalogue.ts';
import type { FileService } from './files.ts';
import type { OpenStore } from './types.ts';
import { writeEvents } from './writing.ts';
import type { WriteOutcome } from './writing.ts';

export const IMPORT_FORMATS = ['json', 'ndjson', 'csv', 'xml', 'avro', 'parquet'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportRequest {
  /** Name or id of an uploaded file. */
  readonly file: string;
  /** Default: told by the file's name, `.gz` aside. */
  readonly format?: ImportFormat | undefined;
  readonly unknown?: 'reject' | 'ignore' | undefined;
  /** Text that means no value, in CSV and XML. */
  readonly nullText?: string | undefined;
}

export interface ImportBody {
  readonly store: string;
  /** Name of the file, and the id of the one that had it when the import began. */
  readonly file: string;
  readonly fileId: string;
  readonly format: ImportFormat;
  readonly unknown: 'reject' | 'ignore';
  readonly nullText: string | null;
  readonly status: 'running' | 'completed' | 'failed';
  readonly counts: {
    readonly accepted: number;
    readonly duplicates: number;
    readonly replaced: number;
    readonly rejected: number;
    readonly ignoredFields: number;
  } | null;
  /** The first rejected events, at most `rejected_listed_max`. */
  readonly rejected: WriteOutcome['rejected'];
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly startedBy: Actor;
}

type ImportSource = Pick<ImportBody, 'file' | 'fileId' | 'format' | 'unknown' | 'nullText'>;

export const imports: Collection<ImportBody> = { name: 'imports', prefix: 'im', audited: true };

/** What became of the events of a file, each counted once. */
export type FileCounts = NonNullable<ImportBody['counts']>;

/** A file that a run has ingested: its counts, and the first rejected events with their input. */
export interface IngestedFile {
  readonly counts: FileCounts;
  /** At most `rejected_listed_max`. */
  readonly rejected: readonly RejectedEvent[];
}

export const rejected_listed_max = 1_000;
const PAGE = 1_000;

export interface ImportParts {
  readonly control: ControlPlane;
  readonly events: EventStorePort;
  readonly parquet: ParquetPort;
  readonly bytes: FilePort;
  readonly files: FileService;
  readonly catalogue: StoreCatalogue;
  readonly activity: StoreActivity;
  readonly log: Log;
}

export class ImportService {
  readonly #parts: ImportParts;
  readonly #running = new Set<Promise<void>>();

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /** Starts an import; resolves when it is noted. */
  async start(actor: Actor, storeName: string, request: ImportRequest): Promise<Stored<ImportBody>> {
    const { control, catalogue, files } = this.#parts;
    const store = await catalogue.open(storeName);
    const file = await files.get(request.file);
    const body: ImportBody = {
      store: store.id,
      file: file.name ?? file.id,
      fileId: file.id,
      format: request.format ?? formatOf(file.name ?? ''),
      unknown: request.unknown ?? 'reject',
      nullText: request.nullText ?? null,
      status: 'running',
      counts: null,
      rejected: [],
      error: null,
      startedBy: actor,
    };
    const stored = await control.change(actor, (change) =>
      change.insert(imports, body, { parent: store.id }),
    );
    this.#begin(actor, store, stored);
    return stored;
  }

  /** Throws IMPORT_NOT_FOUND. */
  async get(id: string): Promise<Stored<ImportBody>> {
    const stored = await this.#parts.control.get(imports, id);
    if (stored) return stored;
    throw new WeirError('not-found', 'IMPORT_NOT_FOUND', `There is no import '${id}'.`);
  }

  /** Writes a file into a store and waits for it: for a run with an upload source. */
  async ingest(store: OpenStore, file: string, run: string): Promise<IngestedFile> {
    const { name, id } = await this.#parts.files.get(file);
    const rejected: RejectedEvent[] = [];
    const end = this.#parts.activity.begin(store.id, { activity: 'writing', kind: 'run', id: run });
    try {
      const source = {
        file: name ?? id,
        fileId: id,
        format: formatOf(name ?? ''),
        unknown: 'reject' as const,
        nullText: null,
      };
      const outcome = await this.#write(store, source, (batch) => {
        // The rest is counted: a file of any size may be bad from end to end.
        rejected.push(...batch.slice(0, rejected_listed_max - rejected.length));
      });
      return { counts: countsOf(outcome), rejected };
    } finally {
      end();
    }
  }

  /** Does again what a crash interrupted. At start. */
  async resume(): Promise<void> {
    const { control, catalogue } = this.#parts;
    for (let after = 0; ;) {
      const page = await control.list(imports, { limit: PAGE, after });
      for (const stored of page.filter(({ body }) => body.status === 'running')) {
        this.#begin(stored.body.startedBy, await catalogue.open(stored.body.store), stored);
      }
      if (page.length < PAGE) return;
      after = page.at(-1)?.position ?? after;
    }
  }

  /** Resolves when no import is going on. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #begin(actor: Actor, store: OpenStore, stored: Stored<ImportBody>): void {
    const entry = { activity: 'writing', kind: 'import', id: stored.id } as const;
    const end = this.#parts.activity.begin(store.id, entry);
    const work = this.#run(actor, store, stored)
      .catch((error: unknown) => this.#parts.log.error('the end of an import could not be noted', { error }))
      .finally(() => {
        end();
        this.#running.delete(work);
      });
    this.#running.add(work);
  }

  async #run(actor: Actor, store: OpenStore, stored: Stored<ImportBody>): Promise<void> {
    const outcome = await this.#write(store, stored.body).then(completed, (error: unknown) => {
      this.#parts.log.error('import failed', { import: stored.id, error });
      return failed(error);
    });
    await this.#parts.control.change(actor, (change) =>
      change.update(imports, stored.id, { ...stored.body, ...outcome }),
    );
  }

  async #write(
    store: OpenStore,
    { file, fileId, format, unknown, nullText }: ImportSource,
    onRejected?: (rejected: readonly RejectedEvent[]) => void,
  ): Promise<WriteOutcome> {
    const { events, files, bytes, parquet } = this.#parts;
    // By its id: a file that has since taken the name is another one.
    const { id } = await files.get(fileId);
    const source = format === 'parquet' ? parquet.parquetRows(id) : bytes.readUnpacked(id);
    const decode: DecodeFormat = format === 'parquet' ? 'ndjson' : format;
    return writeEvents(
      events,
      store,
      source,
      {
        format: decode,
        atomic: false,
        unknown,
        file,
        rejectedListedMax: rejected_listed_max,
        ...(nullText === null ? {} : { nullText }),
      },
      onRejected,
    );
  }
}

const EXTENSIONS: Readonly<Record<string, ImportFormat>> = {
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  csv: 'csv',
  xml: 'xml',
  avro: 'avro',
  parquet: 'parquet',
};

/** The format that a file's name tells, `.gz` aside. Throws IMPORT_FORMAT_UNKNOWN. */
export function formatOf(name: string): ImportFormat {
  const extension = /\.([a-z]+)(?:\.gz)?$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
  const format = EXTENSIONS[extension];
  if (format) return format;
  const detail = `The name '${name}' does not tell a format; give one of ${IMPORT_FORMATS.join(', ')}.`;
  throw new WeirError('invalid', 'IMPORT_FORMAT_UNKNOWN', detail);
}

const completed = (outcome: WriteOutcome) => ({
  status: 'completed' as const,
  counts: countsOf(outcome),
  rejected: outcome.rejected,
});

const countsOf = (outcome: WriteOutcome): FileCounts => ({
  accepted: outcome.accepted,
  duplicates: outcome.duplicates,
  replaced: outcome.replaced,
  rejected: outcome.rejectedCount,
  ignoredFields: outcome.ignoredFields,
});

const failed = (error: unknown) => {
  const known = error instanceof WeirError;
  return {
    status: 'failed' as const,
    error: {
      code: known ? error.code : 'INTERNAL',
      detail: known ? error.message : 'The server failed; its log tells more.',
    },
  };
};
