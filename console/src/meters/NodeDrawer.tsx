import type { MeterNode, NodeCounts } from '../api/types.ts';
import { Chip } from '../ui/Chip.tsx';
import { CountGrid } from '../ui/CountGrid.tsx';
import { Drawer } from '../ui/Drawer.tsx';
import { Section } from '../ui/Section.tsx';

interface NodeDrawerProps {
  readonly node: MeterNode;
  readonly counts: NodeCounts | undefined;
  readonly onClose: () => void;
}

/** One component in full: its config as saved and its rows in the last run. */
export function NodeDrawer({ node, counts, onClose }: NodeDrawerProps) {
  const { name, kind, operator, config, inputs } = node;
  return (
    <Drawer title={name} onClose={onClose}>
      <div className="space-y-6">
        <p className="flex flex-wrap items-center gap-2 text-sm text-ink-soft">
          <Chip tone="accent">{kind}</Chip>
          <Chip>{operator}</Chip>
          {inputs.length > 0 && <span>reads {inputs.join(', ')}</span>}
        </p>
        <Section title="Rows in the last run">
          {counts ? (
            <CountGrid
              counts={[
                { label: 'in', count: counts.in },
                { label: 'out', count: counts.out },
                { label: 'dropped', count: counts.dropped },
                { label: 'rejected', count: counts.rejected },
              ]}
            />
          ) : (
            <p className="text-sm text-ink-soft">This version has not been run yet.</p>
          )}
        </Section>
        <Section title="Config">
          <pre
            tabIndex={0}
            className="overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5"
          >
            {JSON.stringify(config, null, 2)}
          </pre>
        </Section>
      </div>
    </Drawer>
  );
}
