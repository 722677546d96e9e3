import type { EventVersion, FieldValue } from '../api/types.ts';
import { groupDigits } from '../format/digits.ts';
import { FieldText } from '../ui/FieldText.tsx';
import { Instant } from '../ui/Instant.tsx';

type Fields = Readonly<Record<string, FieldValue>>;

interface EventHistoryProps {
  /** Newest first. */
  readonly versions: readonly EventVersion[];
  /** The fields as they are now, to say what each change did. */
  readonly now: Fields | undefined;
}

/** What the event was before, and what each change of it changed. */
export function EventHistory({ versions, now }: EventHistoryProps) {
  if (versions.length === 0) {
    return <p className="text-sm text-ink-soft">None: it is as it was first written.</p>;
  }
  return (
    <ol className="space-y-3">
      {versions.map((version, index) => (
        <li key={version.ingestSequence} className="rounded-md border border-line px-3 py-2 text-sm">
          <p className="flex flex-wrap justify-between gap-2">
            <span className="font-medium">{version.change === 'delete' ? 'Deleted' : 'Replaced'}</span>
            <span className="text-xs text-ink-faint">
              <Instant at={version.at} /> · sequence {groupDigits(version.ingestSequence)}
            </span>
          </p>
          <Changes before={version.fields} after={index === 0 ? now : versions[index - 1]?.fields} />
        </li>
      ))}
    </ol>
  );
}

function Changes({ before, after }: { readonly before: Fields; readonly after: Fields | undefined }) {
  // A field without a value is left out of an event's fields, so a name may be on one side only.
  const names = new Set([...Object.keys(before), ...Object.keys(after ?? {})]);
  const changed = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after?.[name]));
  return (
    <ul className="mt-1 space-y-0.5 font-mono text-xs wrap-anywhere">
      {changed.map((name) => (
        <li key={name}>
          {name}:{' '}
          <span className="text-bad line-through">
            <FieldText value={before[name]} />
          </span>{' '}
          {after && <FieldText value={after[name]} />}
        </li>
      ))}
    </ul>
  );
}
