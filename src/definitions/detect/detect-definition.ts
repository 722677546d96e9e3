// Owns proposing a definition from a sample. It proposes; a person confirms.
import { WeirError } from '../../errors.ts';
import { cloudEventProblems } from '../decode/cloud-event.ts';
import type { EventInput, EventSink, RawEvent } from '../decode/event-sink.ts';
import { ATTRIBUTES } from '../decode/json-event.ts';
import { feed, openBody, originOf } from '../decode/open-body.ts';
import type { DecodeFormat, ReadOptions } from '../decode/options.ts';
import { FILE_FIELD, LINE_FIELD, type EventField } from '../types.ts';
import { FIELDS_MAX } from '../validate-definition.ts';
import { idRank, timeRank } from './field-names.ts';
import { FieldProfile } from './field-profile.ts';

/** Events of a sample that are looked at; what follows is not read. */
export const SAMPLE_EVENTS_MAX = 5_000;

export interface DetectOptions extends ReadOptions {
  /** CSV and XML: the text that means no value, beside the empty text. */
  readonly nullText?: string;
}

export interface DefinitionProposal {
  readonly fields: readonly EventField[];
  /** Empty where nothing in the sample can be an id. */
  readonly eventIdFields: readonly string[];
  readonly eventTimeField?: string;
  readonly timeZone: string;
  /** All fields that could take the part, best first. */
  readonly candidates: { readonly eventId: readonly string[]; readonly eventTime: readonly string[] };
  readonly eventsRead: number;
  /** Events of the sample that could not be read at all. */
  readonly eventsRejected: number;
}

/**
 * Proposes fields, their types, event id and event time from a sample. Throws SAMPLE_EMPTY without an event
 * in it, SAMPLE_TOO_WIDE, and what decodeEvents throws for a body that cannot be read.
 */
export async function detectDefinition(
  format: DecodeFormat,
  sample: AsyncIterable<Uint8Array>,
  options: DetectOptions = {},
): Promise<DefinitionProposal> {
  const sink = new SampleSink(format, options.nullText);
  for await (const _ of feed(openBody(format, sink, options), sample)) {
    if (sink.events >= SAMPLE_EVENTS_MAX) break;
  }
  if (sink.events === 0) {
    const rejected = sink.rejected > 0 ? `; ${sink.rejected} could not be read` : '';
    throw new WeirError('invalid', 'SAMPLE_EMPTY', `The sample has no event that can be read${rejected}.`);
  }
  return sink.proposal();
}

class SampleSink implements EventSink {
  events = 0;
  rejected = 0;
  readonly #profiles = new Map<string, FieldProfile>();
  readonly #format: DecodeFormat;
  readonly #nullText: string | undefined;

  constructor(format: DecodeFormat, nullText: string | undefined) {
    this.#format = format;
    this.#nullText = nullText;
  }

  event(event: RawEvent, _line: number, _input: EventInput, envelope?: RawEvent): void {
    if (this.events >= SAMPLE_EVENTS_MAX) return;
    if (envelope && cloudEventProblems(envelope).length > 0) return this.reject();
    this.events++;
    for (const [name, raw] of Object.entries(envelope ? { ...attributesOf(envelope), ...event } : event)) {
      const profile = this.#profile(name);
      if (raw !== null && !this.#isNullText(raw)) profile.add(raw);
    }
  }

  reject(): void {
    this.rejected++;
  }

  proposal(): DefinitionProposal {
    const profiles = [...this.#profiles.values()];
    const fields = withEventTime(profiles.map((profile) => profile.field(this.events)));
    const distinct = new Map(profiles.map((profile) => [profile.name, profile.distinct]));
    const eventTime = timeCandidates(fields, distinct);
    const eventId = idCandidates(fields, distinct, this.events);
    return {
      fields,
      eventIdFields: this.#idFields(eventId),
      ...(eventTime[0] === undefined ? {} : { eventTimeField: eventTime[0] }),
      timeZone: 'UTC',
      candidates: { eventId, eventTime },
      eventsRead: this.events,
      eventsRejected: this.rejected,
    };
  }

  /** A unique field counts as id only if its name says so; the rows of a file have their place. */
  #idFields(candidates: readonly string[]): string[] {
    const [best] = candidates;
    if (best !== undefined && idRank(best) < 3) return [best];
    return this.#format === 'csv' || this.#format === 'ndjson' ? [FILE_FIELD, LINE_FIELD] : [];
  }

  #profile(name: string): FieldProfile {
    let profile = this.#profiles.get(name);
    if (!profile) {
      if (this.#profiles.size >= FIELDS_MAX) throw tooManyFields();
      profile = new FieldProfile(name, originOf(this.#format));
      this.#profiles.set(name, profile);
    }
    return profile;
  }

  #isNullText(raw: unknown): boolean {
    return originOf(this.#format) === 'text' && (raw === '' || raw === this.#nullText);
  }
}

/** What an envelope gives to fields that its data lacks. */
const attributesOf = (envelope: RawEvent): RawEvent =>
  Object.fromEntries(Object.entries(envelope).filter(([name]) => ATTRIBUTES.has(name)));

/** Each name is looked at closely, so a sample of millions of them would take all memory. */
const tooManyFields = (): WeirError =>
  new WeirError(
    'invalid',
    'SAMPLE_TOO_WIDE',
    `The sample has more than ${FIELDS_MAX} different fields, and a definition cannot.`,
  );

/** A store needs a datetime; days, where there is nothing better, are midnights. */
function withEventTime(fields: readonly EventField[]): EventField[] {
  if (fields.some(({ type }) => type === 'datetime')) return [...fields];
  const days = fields.filter(({ type, required }) => type === 'date' && required);
  const [best] = days.sort((a, b) => timeRank(a.name) - timeRank(b.name));
  return fields.map((field) => (field === best ? { ...field, type: 'datetime' } : field));
}

/** The event time is there in every event, and differs more than, say, the start of the billing period. */
function timeCandidates(fields: readonly EventField[], distinct: ReadonlyMap<string, number>): string[] {
  return fields
    .filter(({ type, required }) => type === 'datetime' && required)
    .map(({ name }) => name)
    .sort((a, b) => timeRank(a) - timeRank(b) || (distinct.get(b) ?? 0) - (distinct.get(a) ?? 0));
}

function idCandidates(
  fields: readonly EventField[],
  distinct: ReadonlyMap<string, number>,
  events: number,
): string[] {
  return fields
    .filter(({ type, required }) => required && (type === 'string' || type === 'integer'))
    .map(({ name }) => name)
    .filter((name) => distinct.get(name) === events)
    .sort((a, b) => idRank(a) - idRank(b));
}
