import type { EventDefinition } from '../api/types.ts';
import { Field } from '../ui/Field.tsx';
import type { BackfillDraft } from './draft.ts';

interface SubjectFieldsProps {
  readonly definition: EventDefinition | undefined;
  readonly subject: BackfillDraft['subject'];
  readonly onChange: (subject: BackfillDraft['subject']) => void;
}

/** Who is to be erased: a field that names the subject, and its value. The event time names nobody. */
export function SubjectFields({ definition, subject, onChange }: SubjectFieldsProps) {
  const fields = (definition?.fields ?? []).filter(({ name }) => name !== definition?.eventTimeField);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Field">
        {(attributes) => (
          <select
            {...attributes}
            value={subject.field}
            onChange={(event) => onChange({ ...subject, field: event.target.value })}
          >
            <option value="">Choose a field</option>
            {fields.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Value" hint="It is not kept.">
        {(attributes) => (
          <input
            {...attributes}
            autoComplete="off"
            value={subject.value}
            onChange={(event) => onChange({ ...subject, value: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
