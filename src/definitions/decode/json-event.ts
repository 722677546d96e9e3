// Owns what one JSON value is as an event: an object of fields, or a CloudEvent around one.
import { dataOf } from './cloud-event.ts';
import type { EventSink, RawEvent } from './event-sink.ts';

/** CloudEvents attributes that fill fields of their name which `data` lacks. */
export const ATTRIBUTES: ReadonlySet<string> = new Set(['id', 'source', 'type', 'subject', 'time']);

/** The attribute that fills a field of this name, if the envelope has it. */
export const attributeOf = (envelope: RawEvent, name: string): unknown =>
  ATTRIBUTES.has(name) ? envelope[name] : undefined;

const isObject = (value: unknown): value is RawEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Hands one parsed JSON value to the sink. */
export function emitJsonEvent(
  value: unknown,
  line: number,
  input: string,
  sink: EventSink,
  cloudEvents: boolean,
): void {
  if (!isObject(value)) {
    sink.reject('EVENT_INVALID', 'An event is a JSON object.', line, input);
    return;
  }
  if (!cloudEvents) {
    sink.event(value, line, input);
    return;
  }
  sink.event(dataOf(value), line, input, value);
}
