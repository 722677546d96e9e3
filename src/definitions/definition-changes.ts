// Owns what differs between two states of a definition: for the list of its versions, and for the rule which
// changes one in use may take.
import { jsonPointer } from './json-pointer.ts';
import { DECIMAL_SCALE_DEFAULT, type EventField } from './types.ts';
import type { DefinitionInput } from './validate-definition.ts';

/** One difference; `pointer` leads into the later state, or into the earlier one where something was removed. */
export interface DefinitionChange {
  readonly pointer: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** JSON of what was there before, and is after; absent where there was or is nothing. */
  readonly before?: unknown;
  readonly after?: unknown;
}

const FACTS = ['name', 'description', 'eventIdFields', 'eventTimeField', 'timeZone'] as const;
const FIELD_FACTS = ['name', 'type', 'required', 'scale', 'format', 'description'] as const;

/** Every difference, in the order of the definition. Fields are compared by place, which their columns have too. */
export function definitionChanges(before: DefinitionInput, after: DefinitionInput): DefinitionChange[] {
  const changes = FACTS.flatMap((fact) => changeOf(jsonPointer(fact), before[fact], after[fact]));
  for (let index = 0; index < Math.max(before.fields.length, after.fields.length); index++) {
    const [was, is] = [before.fields[index], after.fields[index]];
    if (!was || !is) {
      changes.push(...changeOf(jsonPointer('fields', index), was, is));
      continue;
    }
    for (const fact of FIELD_FACTS) {
      changes.push(...changeOf(jsonPointer('fields', index, fact), factOf(was, fact), factOf(is, fact)));
    }
  }
  return changes;
}

/** The default scale is what it is, said or not. */
const factOf = (field: EventField, fact: (typeof FIELD_FACTS)[number]): unknown =>
  fact === 'scale' && field.type === 'decimal' ? (field.scale ?? DECIMAL_SCALE_DEFAULT) : field[fact];

function changeOf(pointer: string, before: unknown, after: unknown): DefinitionChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before === undefined) return [{ pointer, kind: 'added', after }];
  if (after === undefined) return [{ pointer, kind: 'removed', before }];
  return [{ pointer, kind: 'changed', before, after }];
}
