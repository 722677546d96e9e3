// Owns what the data plane promises about queries: one SELECT over one store, which sees nothing else.
import type { FieldType } from '../definitions/types.ts';
import type { StoreTable } from './event-store-port.ts';

/** `double` marks what the engine computed with floats: an approximation, never an exact figure. */
export type QueryType = FieldType | 'double' | 'interval';

export interface QueryColumn {
  readonly name: string;
  readonly type: QueryType;
}

export interface QueryAnswer {
  readonly columns: readonly QueryColumn[];
  /** Canonical text (definitions/types.ts), by position. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Whether there were more rows than asked for. */
  readonly truncated: boolean;
}

export interface QueryRequest {
  readonly sql: string;
  /** Rows of the answer at most. */
  readonly limit: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface QueryPort {
  /**
   * Checks the statement and runs it against the table `events` (docs/reference/queries.md): reads only, at one
   * moment of the store. Throws QUERY_INVALID, QUERY_NOT_ALLOWED, QUERY_TOO_COMPLEX, QUERY_FAILED,
   * QUERY_TIMEOUT, QUERY_TOO_LARGE, QUERY_CANCELED.
   */
  query(store: StoreTable, request: QueryRequest): Promise<QueryAnswer>;
}
