import { findingsAt } from '../api/problem.ts';
import type { DefinitionForm, FieldDraft } from './draft.ts';
import { FieldRow } from './FieldRow.tsx';

interface FieldsEditorProps {
  readonly form: DefinitionForm;
  readonly onChange: (part: Partial<DefinitionForm>) => void;
  /** Of the last attempt to save: its findings are shown at their rows. */
  readonly error: unknown;
}

const HEADERS = ['Name', 'Type', 'Scale or format', 'Required', 'Event id', 'Event time', ''];

export function FieldsEditor({ form, onChange, error }: FieldsEditorProps) {
  const { fields } = form;
  const replace = (index: number, field: FieldDraft) =>
    onChange({
      fields: fields.map((other, at) => {
        if (at === index) return field;
        // There is one event time: choosing it here takes it from where it was.
        return field.isTime ? { ...other, isTime: false } : other;
      }),
    });
  const general = [...findingsAt(error, '/eventIdFields'), ...findingsAt(error, '/eventTimeField')];
  return (
    <div>
      <div className="overflow-x-auto" role="region" aria-label="Fields" tabIndex={0}>
        <table className="w-full text-sm">
          <thead>
            <tr>
              {HEADERS.map((header) => (
                <th
                  key={header}
                  scope="col"
                  className="h-9 px-2 text-left text-xs font-medium whitespace-nowrap text-ink-faint first:pl-4"
                >
                  {header || <span className="sr-only">Remove</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map((field, index) => (
              <FieldRow
                key={field.key}
                field={field}
                errors={findingsAt(error, `/fields/${index}`)}
                onChange={(next) => replace(index, next)}
                onRemove={() => onChange({ fields: fields.filter((_, at) => at !== index) })}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div className="space-y-2 border-t border-line px-4 py-3 text-sm">
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={form.fileAndLine}
            onChange={(event) => onChange({ fileAndLine: event.target.checked })}
            className="size-4 accent-accent"
          />
          File name and line number are part of the event id (for files whose rows have none)
        </label>
        {general.map((message) => (
          <p key={message} role="alert" className="text-bad">
            {message}
          </p>
        ))}
      </div>
    </div>
  );
}
