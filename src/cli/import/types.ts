// Owns the nouns of an import.
import type { Reject } from './rejects.ts';
import type { SourceFile } from './source-file.ts';

export interface ImportRequest {
  readonly store: string;
  readonly file: SourceFile;
  readonly batchEvents: number;
  readonly unknown: 'reject' | 'ignore' | undefined;
  /** The text that means "no value" in CSV. */
  readonly nullText: string | undefined;
}

/** What one part of an import did. */
export interface ImportStep {
  readonly accepted: number;
  readonly duplicates: number;
  readonly replaced: number;
  readonly rejected: number;
  /** All rejected events of a batch; of a whole file the first ones that the server keeps. */
  readonly rejects: readonly Reject[];
  readonly bytesRead: number;
}

export interface ImportSummary {
  readonly file: string;
  readonly format: string;
  readonly events: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly replaced: number;
  readonly rejected: number;
  readonly firstRejected: readonly Reject[];
}
