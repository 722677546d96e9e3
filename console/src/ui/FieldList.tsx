import type { EventField, FieldValue } from '../api/types.ts';
import { FieldText } from './FieldText.tsx';
import { Instant } from './Instant.tsx';

interface FieldListProps {
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly types?: readonly EventField[] | undefined;
}

/** Fields with their types and values, in the order of the answer. */
export function FieldList({ fields, types }: FieldListProps) {
  return (
    <dl className="divide-y divide-line rounded-md border border-line text-sm">
      {Object.entries(fields).map(([name, value]) => (
        <div key={name} className="grid grid-cols-[minmax(8rem,2fr)_3fr] gap-3 px-3 py-1.5">
          <dt className="wrap-anywhere text-ink-soft">
            {name}
            <span className="ml-1.5 text-xs text-ink-faint">{typeOf(types, name)}</span>
          </dt>
          <dd className="font-mono text-xs leading-5 wrap-anywhere tabular-nums">
            {typeOf(types, name) === 'datetime' && typeof value === 'string' ? (
              <Instant at={value} />
            ) : (
              <FieldText value={value} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function typeOf(types: readonly EventField[] | undefined, name: string) {
  return types?.find((field) => field.name === name)?.type;
}
