import type { List } from '../api/pages.ts';
import type { Run } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { MeterLink } from '../meters/MeterLink.tsx';
import { Chip } from '../ui/Chip.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import type { Column } from '../ui/Table.tsx';
import { RunLink } from './RunLink.tsx';
import { RunStatus } from './RunStatus.tsx';
import { ScopeText } from './ScopeText.tsx';

const METER: Column<Run> = {
  id: 'meter',
  header: 'Meter',
  cell: ({ meter, meterName }) => <MeterLink meter={meter} name={meterName} />,
};

const changed = (run: Run, member: 'inserted' | 'revised' | 'retracted' | 'unchanged') =>
  run.result ? groupCount(run.result[member]) : '–';

const COLUMNS: readonly Column<Run>[] = [
  { id: 'run', header: 'Run', cell: ({ id }) => <RunLink run={id} /> },
  {
    id: 'mode',
    header: 'Mode',
    cell: ({ mode, reason, dryRun }) => (
      <span className="inline-flex items-center gap-1.5">
        {mode}
        {reason === 'backfill' && <Chip>after a backfill</Chip>}
        {dryRun && <Chip>preview</Chip>}
      </span>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <RunStatus status={status} /> },
  { id: 'scope', header: 'Scope', cell: ({ scope }) => <ScopeText scope={scope} /> },
  { id: 'inserted', header: 'New', numeric: true, cell: (run) => changed(run, 'inserted') },
  { id: 'revised', header: 'Revised', numeric: true, cell: (run) => changed(run, 'revised') },
  { id: 'retracted', header: 'Retracted', numeric: true, cell: (run) => changed(run, 'retracted') },
  { id: 'unchanged', header: 'Unchanged', numeric: true, cell: (run) => changed(run, 'unchanged') },
  {
    id: 'started',
    header: 'Started',
    wideOnly: true,
    cell: ({ startedAt, createdAt }) => <Instant toSecond at={startedAt ?? createdAt} />,
  },
];

interface RunsTableProps {
  readonly list: List<Run>;
  /** Leaves the meter's column out: they are all of one meter. */
  readonly ofOneMeter?: boolean;
}

export function RunsTable({ list, ofOneMeter }: RunsTableProps) {
  return (
    <ListTable
      label="Runs"
      list={list}
      columns={ofOneMeter ? COLUMNS : [...COLUMNS.slice(0, 1), METER, ...COLUMNS.slice(1)]}
      rowKey={({ id }) => id}
      empty={
        <EmptyState title="No run yet" command="weir meter run NAME --replay --all --preview">
          A run evaluates a meter over stored events. Open a meter and press Run: a preview says what would
          change.
        </EmptyState>
      }
    />
  );
}
