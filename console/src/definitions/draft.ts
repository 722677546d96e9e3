import type { DefinitionProposal, EventDefinitionDraft, FieldType } from '../api/types.ts';

/** A field as it is edited: every member is what its input holds. */
export interface FieldDraft {
  /** Stays with the row while its name changes. */
  readonly key: string;
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly scale: string;
  readonly format: string;
  readonly description: string;
  readonly isId: boolean;
  readonly isTime: boolean;
}

export interface DefinitionForm {
  readonly name: string;
  readonly description: string;
  readonly timeZone: string;
  readonly fields: readonly FieldDraft[];
  /** Pseudo-fields `$file` and `$line` make the event id of imported files without one. */
  readonly fileAndLine: boolean;
}

let keys = 0;

export function emptyField(): FieldDraft {
  keys += 1;
  return {
    key: `field-${keys}`,
    name: '',
    type: 'string',
    required: false,
    scale: '',
    format: '',
    description: '',
    isId: false,
    isTime: false,
  };
}

const PSEUDO_FIELDS: readonly string[] = ['$file', '$line'];

/** A proposed definition, ready to be edited; the name that was typed is kept. */
export function formOf(draft: DefinitionProposal, name: string): DefinitionForm {
  return {
    name: name || (draft.name ?? ''),
    description: draft.description ?? '',
    timeZone: draft.timeZone ?? '',
    fileAndLine: draft.eventIdFields.some((field) => PSEUDO_FIELDS.includes(field)),
    fields: draft.fields.map((field) => ({
      ...emptyField(),
      name: field.name,
      type: field.type,
      required: field.required,
      scale: field.scale === undefined ? '' : String(field.scale),
      format: field.format ?? '',
      description: field.description ?? '',
      isId: draft.eventIdFields.includes(field.name),
      isTime: draft.eventTimeField === field.name,
    })),
  };
}

/** What is sent: members that were left empty are left out. */
export function draftOf(form: DefinitionForm): EventDefinitionDraft {
  const time = form.fields.find(({ isTime }) => isTime)?.name;
  return {
    name: form.name,
    ...(form.description === '' ? {} : { description: form.description }),
    fields: form.fields.map(({ name, type, required, scale, format, description }) => ({
      name,
      type,
      required,
      ...(type === 'decimal' && scale !== '' ? { scale: Number(scale) } : {}),
      ...(hasFormat(type) && format !== '' ? { format } : {}),
      ...(description === '' ? {} : { description }),
    })),
    eventIdFields: [
      ...form.fields.filter(({ isId }) => isId).map(({ name }) => name),
      ...(form.fileAndLine ? PSEUDO_FIELDS : []),
    ],
    ...(time === undefined ? {} : { eventTimeField: time }),
    ...(form.timeZone === '' ? {} : { timeZone: form.timeZone }),
  };
}

export function hasFormat(type: FieldType): boolean {
  return type === 'datetime' || type === 'date';
}
