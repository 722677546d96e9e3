import { useQuery } from '@tanstack/react-query';
import { definitionQuery } from '../api/definitions.ts';
import type { EventStore } from '../api/types.ts';
import { EventFilters } from '../stores/EventFilters.tsx';
import { FrameBar } from '../stores/FrameBar.tsx';
import { DropZone } from '../ui/DropZone.tsx';
import { Field } from '../ui/Field.tsx';
import { SubjectFields } from './SubjectFields.tsx';
import { ChooseIds } from './ChooseIds.tsx';
import type { BackfillDraft } from './draft.ts';
import type { BackfillKind } from './kinds.ts';

interface DraftFormProps {
  readonly store: EventStore;
  readonly kind: BackfillKind;
  readonly draft: BackfillDraft;
  readonly onChange: (draft: BackfillDraft) => void;
}

/** What a kind of backfill has to be told, and why it is done. */
export function DraftForm({ store, kind, draft, onChange }: DraftFormProps) {
  const definition = useQuery(definitionQuery(store.eventDefinition));
  const choose = (file: File) => onChange({ ...draft, file });
  return (
    <div className="space-y-4">
      {kind.input === 'ids' && <ChooseIds store={store} file={draft.file} onFile={choose} />}
      {kind.input === 'events' && (
        <DropZone
          label="Drop the file of events here, or choose one"
          hint="JSON, NDJSON or CSV, with all fields, of any size"
          accept=".json,.ndjson,.jsonl,.csv,application/json,application/x-ndjson,text/csv"
          file={draft.file}
          onFile={choose}
        />
      )}
      {kind.input === 'condition' && (
        <div className="space-y-3">
          <FrameBar frame={draft.frame} onChange={(frame) => onChange({ ...draft, frame })} />
          <EventFilters
            definition={definition.data}
            filters={draft.filters}
            onChange={(filters) => onChange({ ...draft, filters })}
          />
        </div>
      )}
      {kind.input === 'subject' && (
        <SubjectFields
          definition={definition.data}
          subject={draft.subject}
          onChange={(subject) => onChange({ ...draft, subject })}
        />
      )}
      <Field label="Why" hint="Kept with the backfill, for those who look at it later.">
        {(attributes) => (
          <input
            {...attributes}
            maxLength={1_000}
            value={draft.reason}
            onChange={(event) => onChange({ ...draft, reason: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
