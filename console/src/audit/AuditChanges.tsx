import type { AuditEntry } from '../api/types.ts';

/** The members that differ before and after; of what was made or deleted, all of them. */
export function changedMembers({ before, after }: AuditEntry): string[] {
  const members = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...members].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
}

/** Member by member: what it was, struck out, and what it became. */
export function AuditChanges({ entry }: { readonly entry: AuditEntry }) {
  const members = changedMembers(entry);
  if (members.length === 0) return <p className="text-sm text-ink-soft">Saved without a difference.</p>;
  return (
    <dl className="space-y-3">
      {members.map((name) => (
        <div key={name} className="rounded-md border border-line px-3 py-2">
          <dt className="text-xs text-ink-faint">{name}</dt>
          <dd className="mt-1 space-y-1 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
            {entry.before?.[name] !== undefined && (
              <p className="text-bad line-through">{textOf(entry.before[name])}</p>
            )}
            {entry.after?.[name] !== undefined && <p>{textOf(entry.after[name])}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);
