import { Trash2 } from 'lucide-react';
import { FIELD_TYPES } from '../api/types.ts';
import { CONTROL } from '../ui/Field.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { hasFormat, type FieldDraft } from './draft.ts';

interface FieldRowProps {
  readonly field: FieldDraft;
  readonly errors: readonly string[];
  readonly onChange: (field: FieldDraft) => void;
  readonly onRemove: () => void;
}

export function FieldRow({ field, errors, onChange, onRemove }: FieldRowProps) {
  const { name, type } = field;
  const of = name || 'the new field';
  const check = (member: 'required' | 'isId', label: string) => (
    <input
      type="checkbox"
      aria-label={`${label} ${of}`}
      checked={field[member]}
      onChange={(event) => onChange({ ...field, [member]: event.target.checked })}
      className="block size-4 accent-accent"
    />
  );
  return (
    <>
      <tr className="border-t border-line">
        <td className="min-w-44 py-1.5 pr-2 pl-4">
          <input
            aria-label="Field name"
            required
            aria-invalid={errors.length > 0 || undefined}
            value={name}
            onChange={(event) => onChange({ ...field, name: event.target.value })}
            className={CONTROL}
          />
        </td>
        <td className="min-w-28 px-2">
          <select
            aria-label={`Type of ${of}`}
            value={type}
            onChange={(event) => {
              const next = FIELD_TYPES.find((known) => known === event.target.value) ?? 'string';
              onChange({ ...field, type: next, isTime: field.isTime && next === 'datetime' });
            }}
            className={CONTROL}
          >
            {FIELD_TYPES.map((known) => (
              <option key={known}>{known}</option>
            ))}
          </select>
        </td>
        <td className="min-w-40 px-2">
          <Detail field={field} of={of} onChange={onChange} />
        </td>
        <td className="px-2">{check('required', 'Required:')}</td>
        <td className="px-2">{check('isId', 'Event id:')}</td>
        <td className="px-2">
          <input
            type="radio"
            name="event-time"
            aria-label={`Event time: ${of}`}
            disabled={type !== 'datetime'}
            checked={field.isTime}
            onChange={() => onChange({ ...field, isTime: true })}
            className="block size-4 accent-accent"
          />
        </td>
        <td className="pr-2 text-right">
          <IconButton label={`Remove ${of}`} onClick={onRemove}>
            <Trash2 className="size-4" />
          </IconButton>
        </td>
      </tr>
      {field.description !== '' && (
        <tr>
          <td colSpan={7} className="px-4 pb-2 text-xs text-ink-faint">
            {field.description}
          </td>
        </tr>
      )}
      {errors.length > 0 && (
        <tr>
          <td colSpan={7} className="px-4 pb-2 text-xs text-bad">
            {errors.join(' ')}
          </td>
        </tr>
      )}
    </>
  );
}

interface DetailProps {
  readonly field: FieldDraft;
  readonly of: string;
  readonly onChange: (field: FieldDraft) => void;
}

/** What only some types have: digits after the point, or how times are written. */
function Detail({ field, of, onChange }: DetailProps) {
  if (field.type === 'decimal') {
    return (
      <input
        aria-label={`Digits after the point of ${of}`}
        inputMode="numeric"
        pattern="[0-9]{1,2}"
        title="0 to 18"
        placeholder="12"
        value={field.scale}
        onChange={(event) => onChange({ ...field, scale: event.target.value })}
        className={CONTROL}
      />
    );
  }
  if (!hasFormat(field.type)) return null;
  return (
    <input
      aria-label={`Format of ${of}`}
      placeholder="tried in order"
      value={field.format}
      onChange={(event) => onChange({ ...field, format: event.target.value })}
      className={CONTROL}
    />
  );
}
