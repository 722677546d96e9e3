// Owns making rows of events: every field read by its plan, every problem of an event found at once.
import type { Problem } from '../../errors.ts';
import { jsonPointer } from '../json-pointer.ts';
import type { DoorBatch, DoorRow, RejectedEvent } from '../rows.ts';
import { FILE_FIELD, LINE_FIELD, type CanonicalValue, type EventDefinition } from '../types.ts';
import { fieldReader } from '../values/field-reader.ts';
import type { ValueReader } from '../values/value-problem.ts';
import { cloudEventProblems } from './cloud-event.ts';
import { INPUT_CHARACTERS_MAX } from './event-size.ts';
import type { EventInput, EventSink, RawEvent } from './event-sink.ts';
import { attributeOf } from './json-event.ts';
import type { DecodeOptions } from './options.ts';

/** What is known about a field before the first event. */
interface FieldPlan {
  readonly name: string;
  readonly read: ValueReader;
  readonly isId: boolean;
  readonly required: boolean;
  /** `Object.prototype` has a member of this name, which is not the event's. */
  readonly inherited: boolean;
}

export type RowDefinition = Pick<EventDefinition, 'fields' | 'eventIdFields' | 'eventTimeField' | 'timeZone'>;

type Origin = 'typed' | 'text';

/** The plans of a definition live as long as the object, which an open store keeps from request to request. */
const plans: Readonly<Record<Origin, WeakMap<RowDefinition, readonly FieldPlan[]>>> = {
  typed: new WeakMap(),
  text: new WeakMap(),
};

function planOf(definition: RowDefinition, origin: Origin): readonly FieldPlan[] {
  const known = plans[origin].get(definition);
  if (known) return known;
  const plan = makePlan(definition, origin);
  plans[origin].set(definition, plan);
  return plan;
}

function makePlan(definition: RowDefinition, origin: Origin): FieldPlan[] {
  return definition.fields.map((field) => {
    const isId = definition.eventIdFields.includes(field.name);
    return {
      name: field.name,
      read: fieldReader(field, definition.timeZone, origin),
      isId,
      required: field.required || isId || field.name === definition.eventTimeField,
      inherited: field.name in Object.prototype,
    };
  });
}

/** Collects the rows and rejections of a body; the caller takes them away in batches. */
export class RowSink implements EventSink {
  readonly #plan: readonly FieldPlan[];
  readonly #known: ReadonlySet<string>;
  readonly #readLine: ValueReader;
  readonly #ignoreUnknown: boolean;
  readonly #isText: boolean;
  readonly #nullText: string | undefined;
  readonly #file: string | undefined;
  readonly #hasFile: boolean;
  readonly #hasLine: boolean;
  readonly #hasLines: boolean;
  #index = 0;
  #rows: DoorRow[] = [];
  #rejected: RejectedEvent[] = [];
  #ignoredFields = 0;

  /** `hasLines`: the input has lines, so a rejection names its line. */
  constructor(definition: RowDefinition, origin: Origin, hasLines: boolean, options: DecodeOptions) {
    this.#plan = planOf(definition, origin);
    const pseudo = [FILE_FIELD, LINE_FIELD].filter((name) => definition.eventIdFields.includes(name));
    this.#known = new Set([...definition.fields.map(({ name }) => name), ...pseudo]);
    this.#readLine = fieldReader({ type: 'integer' }, definition.timeZone, origin);
    this.#ignoreUnknown = options.unknown === 'ignore';
    this.#isText = origin === 'text';
    this.#nullText = options.nullText;
    this.#file = options.file;
    this.#hasFile = definition.eventIdFields.includes(FILE_FIELD);
    this.#hasLine = definition.eventIdFields.includes(LINE_FIELD);
    this.#hasLines = hasLines;
  }

  /** Events collected and not yet taken. */
  get size(): number {
    return this.#rows.length + this.#rejected.length;
  }

  /** Takes everything collected. */
  take(): DoorBatch {
    const batch = { rows: this.#rows, rejected: this.#rejected, ignoredFields: this.#ignoredFields };
    this.#rows = [];
    this.#rejected = [];
    this.#ignoredFields = 0;
    return batch;
  }

  event(event: RawEvent, line: number, input: EventInput, envelope?: RawEvent): void {
    const values: CanonicalValue[] = [];
    let problems = envelope && envelopeProblems(envelope);
    let present = 0;
    for (const plan of this.#plan) {
      let raw = plan.inherited && !Object.hasOwn(event, plan.name) ? undefined : event[plan.name];
      if (raw !== undefined) present++;
      else if (envelope !== undefined) raw = attributeOf(envelope, plan.name);
      const value = raw === undefined || raw === null || this.#isNullText(raw) ? null : plan.read(raw);
      if (typeof value === 'string' && (value !== '' || !plan.isId)) values.push(value);
      else if (value === null && !plan.required) values.push(null);
      else (problems ??= []).push(problemOf(plan, typeof value === 'string' ? null : value, envelope));
    }
    const names = Object.keys(event);
    if (names.length > present) problems = this.#unknownFields(names, envelope, problems);
    if (this.#hasFile || this.#hasLine) problems = this.#pseudoFields(event, values, line, problems);
    if (problems) this.#addRejected(problems, line, input);
    else this.#rows.push({ index: this.#index++, values });
  }

  reject(code: string, message: string, line: number, input: EventInput): void {
    this.#addRejected([{ pointer: '', code, message }], line, input);
  }

  /** Where all is text, an empty one is no value. */
  #isNullText(raw: unknown): boolean {
    return this.#isText && (raw === '' || raw === this.#nullText);
  }

  #unknownFields(
    names: readonly string[],
    envelope: RawEvent | undefined,
    problems: Problem[] | undefined,
  ): Problem[] | undefined {
    const unknown = names.filter((name) => !this.#known.has(name));
    if (this.#ignoreUnknown) {
      this.#ignoredFields += unknown.length;
      return problems;
    }
    const found = unknown.map((name) => ({
      pointer: pointerTo(name, envelope),
      code: 'EVENT_INVALID',
      message: `Field "${name}" is not in the definition.`,
    }));
    return found.length === 0 ? problems : [...(problems ?? []), ...found];
  }

  /** File and line of the body, unless the event says its own: an export that is written back does. */
  #pseudoFields(
    event: RawEvent,
    values: CanonicalValue[],
    line: number,
    problems: Problem[] | undefined,
  ): Problem[] | undefined {
    const found: Problem[] = [];
    if (this.#hasFile) {
      const own = event[FILE_FIELD];
      const file = typeof own === 'string' && own !== '' ? own : this.#file;
      values.push(file ?? null);
      const message = 'The event id needs the name of the file, which was not given.';
      if (!file) found.push({ pointer: jsonPointer(FILE_FIELD), code: 'EVENT_ID_MISSING', message });
    }
    if (this.#hasLine) {
      const own = event[LINE_FIELD];
      const read = own === undefined || own === null || own === '' ? String(line) : this.#readLine(own);
      values.push(typeof read === 'string' ? read : null);
      if (typeof read !== 'string') {
        const message = `Field "${LINE_FIELD}": ${read.problem}.`;
        found.push({ pointer: jsonPointer(LINE_FIELD), code: 'EVENT_INVALID', message });
      }
    }
    return found.length === 0 ? problems : [...(problems ?? []), ...found];
  }

  #addRejected(problems: readonly Problem[], line: number, input: EventInput): void {
    const [first, ...rest] = problems;
    if (!first) throw new Error('an event is rejected for a reason');
    this.#rejected.push({
      index: this.#index++,
      code: first.code,
      message: first.message,
      pointer: first.pointer,
      ...(rest.length > 0 ? { errors: rest } : {}),
      ...(this.#hasLines ? { line } : {}),
      input: keptInput(input),
    });
  }
}

function envelopeProblems(envelope: RawEvent): Problem[] | undefined {
  const problems = cloudEventProblems(envelope);
  return problems.length > 0 ? problems : undefined;
}

const pointerTo = (name: string, envelope: RawEvent | undefined): string =>
  envelope === undefined ? jsonPointer(name) : jsonPointer('data', name);

function problemOf(
  plan: FieldPlan,
  value: { readonly problem: string } | null,
  envelope: RawEvent | undefined,
): Problem {
  const pointer = pointerTo(plan.name, envelope);
  if (value !== null) {
    return { pointer, code: 'EVENT_INVALID', message: `Field "${plan.name}": ${value.problem}.` };
  }
  return plan.isId
    ? { pointer, code: 'EVENT_ID_MISSING', message: `Id field "${plan.name}" has no value.` }
    : { pointer, code: 'EVENT_INVALID', message: `Required field "${plan.name}" has no value.` };
}

/** Cut, and copied: a slice would keep the whole chunk in memory. */
function keptInput(input: EventInput): string {
  const text = typeof input === 'string' ? input : input();
  return Buffer.from(text.slice(0, INPUT_CHARACTERS_MAX)).toString('utf8');
}
