import type { DefinitionProposal } from '../api/types.ts';

interface ImportNotesProps {
  readonly notes: NonNullable<DefinitionProposal['notes']>;
}

/** What the proposed definition does not carry over from the schema. */
export function ImportNotes({ notes }: ImportNotesProps) {
  if (notes.length === 0) return null;
  return (
    <section
      aria-label="Notes on the schema"
      className="rounded-md border border-line bg-sunken px-4 py-3 text-sm"
    >
      <h3 className="font-medium">What the fields do not say</h3>
      <ul className="mt-1 max-h-48 space-y-0.5 overflow-y-auto text-ink-soft">
        {notes.map(({ pointer, message }) => (
          <li key={pointer + message}>
            <code className="text-xs text-ink-faint">{pointer || '/'}</code> {message}
          </li>
        ))}
      </ul>
    </section>
  );
}
