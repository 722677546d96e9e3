import { Link } from '@tanstack/react-router';
import type { Backfill } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { CountGrid } from '../ui/CountGrid.tsx';
import { errorText } from '../ui/errorText.ts';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Section } from '../ui/Section.tsx';

/** Kinds that come with a file; the others find their events by a condition. */
const FILE_KINDS = ['delete', 'insert', 'correct'];

/** What a backfill found, what it did, and what it left alone. */
export function BackfillSummary({ backfill }: { readonly backfill: Backfill }) {
  const { counts, usageRecordsAffected, runs = [] } = backfill;
  const fromFile = FILE_KINDS.includes(backfill.kind);
  const failure = errorText(backfill.error);
  return (
    <div className="space-y-4">
      {failure !== undefined && <ProblemNotice error={new Error(failure)} />}
      <CountGrid
        counts={[
          { label: fromFile ? 'rows read' : 'events found', count: counts.input },
          ...(fromFile
            ? [
                { label: 'distinct ids', count: counts.unique },
                { label: 'in the store', count: counts.matched },
                { label: 'not in the store', count: counts.notFound },
              ]
            : []),
          { label: 'same content already', count: counts.unchanged },
          // What another kind would do is 0 and says nothing.
          { label: 'deleted', count: counts.deleted || undefined },
          { label: 'inserted', count: counts.inserted || undefined },
          { label: 'corrected', count: counts.replaced || undefined },
          { label: 'former versions found', count: counts.former },
          { label: 'versions erased', count: counts.erased },
          { label: 'reverted', count: counts.reverted },
        ].filter(({ count }) => count !== undefined)}
      />
      <p>
        {usageRecordsAffected === 0
          ? 'No usage record depends on these events.'
          : `${groupCount(usageRecordsAffected)} usage ${usageRecordsAffected === 1 ? 'record depends' : 'records depend'} on these events.`}
      </p>
      {backfill.kind === 'insert' ? (
        <Ids title="In the store already, and left alone" ids={backfill.alreadyThere} />
      ) : (
        <Ids title="Not found" ids={backfill.notFound} />
      )}
      <Ids title="Changed since the preview, and left alone" ids={backfill.changedSincePreview} />
      <Ids title="Changed since the backfill, and not reverted" ids={backfill.conflicts} />
      {runs.length > 0 && (
        <Section title="Runs that evaluated again what was touched">
          <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
            {runs.map((run) => (
              <li key={run}>
                <Link
                  to="/runs/$run"
                  params={{ run }}
                  className="font-mono text-xs text-accent hover:underline"
                >
                  {run}
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

function Ids({ title, ids = [] }: { readonly title: string; readonly ids?: readonly string[] | undefined }) {
  if (ids.length === 0) return null;
  return (
    <Section title={`${title} (${groupCount(ids.length)})`}>
      <ul
        tabIndex={0}
        aria-label={title}
        className="max-h-40 overflow-y-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs"
      >
        {ids.map((text) => (
          <li key={text} className="wrap-anywhere">
            {text}
          </li>
        ))}
      </ul>
    </Section>
  );
}
