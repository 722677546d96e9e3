// Owns the seam between taking a body apart and what is made of its events.

/** The members of an event, own properties only. From CSV and XML every value is text. */
export type RawEvent = Readonly<Record<string, unknown>>;

/** The event as it came; a function where the text has to be made. */
export type EventInput = string | (() => string);

/** Receives the events of a body in their order; each call is one event. */
export interface EventSink {
  /**
   * `line` is the line of the file, or the number of the element, from 1: the value of `$line`. `envelope`
   * is the CloudEvent that `event` is the data of.
   */
  event(event: RawEvent, line: number, input: EventInput, envelope?: RawEvent): void;
  /** An event that could not be read at all. */
  reject(code: string, message: string, line: number, input: EventInput): void;
}

/** Takes a body apart. Whole-body failures are WeirErrors; after one the reader is of no further use. */
export interface BodyReader {
  push(chunk: Uint8Array): void;
  /** Of formats that pack many events into few bytes: reads some more of what was pushed; false at its end. */
  readOn?(): boolean;
  /** No more chunks: reads what is left. */
  end(): void;
}
