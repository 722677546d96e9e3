// Owns one body on its way through the door: bytes in, batches of rows that the store retains out. The same on
// every thread.
import { EventDecoder } from '../../../definitions/decode/decode-events.ts';
import type { DecodeFormat, DecodeOptions } from '../../../definitions/decode/options.ts';
import type { RowDefinition } from '../../../definitions/decode/row-sink.ts';
import type { DoorBatch } from '../../../definitions/rows.ts';
import type { Column } from '../../../definitions/types.ts';
import { retainedOnly } from '../../../stores/before-retention.ts';

/** What reading events for a store takes, whatever the request. */
export interface DoorPlan {
  readonly definition: RowDefinition;
  readonly columns: readonly Column[];
  readonly idFields: readonly string[];
}

export interface DoorRequest {
  readonly format: DecodeFormat;
  readonly options: DecodeOptions;
  readonly retainedFrom: string | null;
}

export class DoorJob {
  readonly #decoder: EventDecoder;
  readonly #retained: (batch: DoorBatch) => DoorBatch;

  constructor(plan: DoorPlan, { format, options, retainedFrom }: DoorRequest) {
    this.#decoder = new EventDecoder(plan.definition, format, options);
    this.#retained = retainedOnly(plan, retainedFrom);
  }

  /** What these bytes complete, and with the `last` ones all that is left. */
  *push(bytes: Uint8Array, last: boolean): Generator<DoorBatch, void, undefined> {
    for (const batch of this.#decoder.push(bytes)) yield this.#retained(batch);
    if (!last) return;
    for (const batch of this.#decoder.end()) yield this.#retained(batch);
  }
}
