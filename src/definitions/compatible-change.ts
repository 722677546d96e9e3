// Owns which changes a definition may take while something uses it.
import type { Problem } from '../errors.ts';
import { definitionChanges, type DefinitionChange } from './definition-changes.ts';
import type { EventField } from './types.ts';
import type { DefinitionInput } from './validate-definition.ts';

/**
 * What a store that holds events of `before` could not follow. Allowed are other descriptions, and further
 * optional fields after the present ones. Every problem has the code EVENT_DEFINITION_REFERENCED.
 */
export function compatibleChange(before: DefinitionInput, after: DefinitionInput): Problem[] {
  return definitionChanges(before, after).flatMap((change) => {
    const refusal = refusalOf(change, before);
    if (refusal === undefined) return [];
    const message = `${refusal} while it is in use.`;
    return [{ pointer: refusedPlace(change), code: 'EVENT_DEFINITION_REFERENCED', message }];
  });
}

const isNewField = ({ pointer, kind }: DefinitionChange): boolean =>
  kind === 'added' && /^\/fields\/\d+$/u.test(pointer);

/** Of a new field only that it is required. */
const refusedPlace = (change: DefinitionChange): string =>
  isNewField(change) ? `${change.pointer}/required` : change.pointer;

const WORDS: Readonly<Record<string, string>> = {
  name: 'name',
  eventIdFields: 'id fields',
  eventTimeField: 'event time field',
  timeZone: 'time zone',
};

function refusalOf(change: DefinitionChange, before: DefinitionInput): string | undefined {
  const [, member = '', index, fact] = change.pointer.split('/');
  if (member === 'description' || fact === 'description') return undefined;
  if (isNewField(change)) {
    const field = change.after as EventField;
    return field.required ? `New field "${field.name}" can only be optional` : undefined;
  }
  const { after } = change;
  const now = after === undefined ? '' : ` (not ${JSON.stringify(after)})`;
  if (member !== 'fields') return `A definition keeps its ${WORDS[member] ?? member}${now}`;
  const name = before.fields[Number(index)]?.name ?? '';
  if (fact === undefined || fact === 'name') return `Field "${name}" keeps its place${fact ? now : ''}`;
  return `Field "${name}" keeps its ${fact}${now}`;
}
