// Owns the entry of one store in the catalogue: what it may say, and writing a new one.
import { NAME_LENGTH_MAX, nameProblems } from '../control-plane/names.ts';
import type { ControlReader, ControlTransaction, Stored } from '../control-plane/port.ts';
import { eventDefinitions, toDefinition } from '../definitions/service.ts';
import type { EventDefinition } from '../definitions/types.ts';
import { checkDefinitionForStore } from '../definitions/validate-definition.ts';
import { isTimeZone } from '../definitions/values/zone.ts';
import { WeirError, throwIfProblems } from '../errors.ts';
import type { Problem } from '../errors.ts';
import { STORES_MAX, eventStores } from './types.ts';
import type { InboxOf, StoreBody } from './types.ts';

export interface StoreInput {
  readonly name: string;
  /** Id or name. */
  readonly eventDefinition: string;
  /** Default: the definition's. */
  readonly timeZone?: string | undefined;
  /** Whole days that events stay, by event time; absent or null: without end. */
  readonly retentionDays?: number | null | undefined;
}

export const NAME_TAKEN = 'EVENT_STORE_NAME_EXISTS';
/** The counter that numbers tables; a number never returns. */
const TABLE_NUMBERS = 'event-store-tables';

/** Checks a store and writes its entry. */
export async function insertStore(
  change: ControlTransaction,
  input: StoreInput,
  inbox?: InboxOf,
): Promise<Stored<StoreBody>> {
  const definition = await change.find(eventDefinitions, input.eventDefinition);
  checkInput(input, definition && toDefinition(definition));
  if ((await change.count(eventStores)) >= STORES_MAX) throw tooMany();
  const number = await change.nextNumber(TABLE_NUMBERS);
  const timeZone = input.timeZone ?? definition!.body.timeZone;
  const body: StoreBody = { definition: definition!.id, timeZone, number, ...(inbox ? { inbox } : {}) };
  return change.insert(eventStores, withRetention(body, input), { name: input.name, nameTaken: NAME_TAKEN });
}

/** The name, cut to the length of names and numbered if it is taken: nobody chose it, so nobody can mend it. */
export async function freeName(reader: ControlReader, wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : ` ${number}`;
    const room = NAME_LENGTH_MAX - suffix.length;
    const name = Array.from(wanted).slice(0, room).join('').trimEnd() + suffix;
    if (!(await reader.find(eventStores, name))) return name;
  }
}

/** A retention that is lifted leaves a trace: what has expired does not come back. */
export function withRetention(body: StoreBody, { retentionDays = null }: StoreInput): StoreBody {
  return retentionDays === null && body.retentionDays === undefined ? body : { ...body, retentionDays };
}

/** Throws every problem of what is asked for at once. */
export function checkInput(input: StoreInput, definition: EventDefinition | undefined): void {
  const problems: Problem[] = nameProblems(input.name);
  const about = (pointer: string, code: string, message: string) => problems.push({ pointer, code, message });
  if (definition) {
    const unfit = checkDefinitionForStore(definition);
    problems.push(...unfit.map((problem) => ({ ...problem, pointer: '/eventDefinition' })));
  } else {
    const message = `There is no event definition '${input.eventDefinition}'.`;
    about('/eventDefinition', 'EVENT_DEFINITION_NOT_FOUND', message);
  }
  if (input.timeZone !== undefined && !isTimeZone(input.timeZone)) {
    about('/timeZone', 'TIME_ZONE_UNKNOWN', `'${input.timeZone}' is not a known time zone.`);
  }
  throwIfProblems(problems, 'EVENT_STORE_INVALID', 'The event store is not valid; see errors.');
}

const tooMany = (): WeirError =>
  new WeirError(
    'conflict',
    'EVENT_STORE_LIMIT',
    `A data directory holds at most ${STORES_MAX} event stores.`,
  );
