import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import type { MeterNode, NodeCounts } from '../api/types.ts';
import { groupCount } from '../format/digits.ts';
import { classes } from '../ui/classes.ts';
import { groupText, nodeSummary } from './nodeSummary.ts';
import { operatorIcon } from './operatorIcon.ts';

export type ComponentFlowNode = Node<
  { node: MeterNode; counts: NodeCounts | undefined; onOpen: () => void },
  'component'
>;

const EDGES = {
  source: 'border-l-series-1',
  processor: 'border-l-series-3',
  target: 'border-l-series-2',
} as const;

/** One component in the drawing: what it is, what it does, and its rows. */
export function ComponentCard({ data: { node, counts, onOpen } }: NodeProps<ComponentFlowNode>) {
  const Icon = operatorIcon(node.operator);
  const summary = [nodeSummary(node), groupText(node)].filter(Boolean).join(', ');
  return (
    <>
      {node.kind !== 'source' && <Handle type="target" position={Position.Left} isConnectable={false} />}
      <button
        type="button"
        onClick={onOpen}
        className={classes(
          'nodrag nopan block w-56 rounded-md border border-l-4 border-line-strong bg-surface px-3 py-2 text-left',
          'hover:border-y-accent hover:border-r-accent',
          EDGES[node.kind],
        )}
      >
        <span className="flex items-center gap-1.5">
          <Icon aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
          <span className="min-w-0 flex-1 truncate text-sm font-medium">{node.name}</span>
          {!saysOperator(node) && <span className="shrink-0 text-xs text-ink-faint">{node.operator}</span>}
        </span>
        <span className="mt-0.5 block h-4 truncate text-xs text-ink-soft" title={summary}>
          {summary}
        </span>
        <span className="mt-1.5 flex h-4 gap-3 text-xs text-ink-faint tabular-nums">
          {counts ? <Counts counts={counts} /> : 'no run yet'}
        </span>
      </button>
      {node.kind !== 'target' && <Handle type="source" position={Position.Right} isConnectable={false} />}
    </>
  );
}

/** A component named after its operator need not say it twice. */
function saysOperator({ name, operator }: MeterNode): boolean {
  return name.toLowerCase().replaceAll(' ', '-') === operator;
}

function Counts({ counts }: { readonly counts: NodeCounts }) {
  return (
    <>
      <span>{groupCount(counts.out)} out</span>
      {counts.dropped > 0 && <span>{groupCount(counts.dropped)} dropped</span>}
      {counts.rejected > 0 && (
        <span className="font-medium text-bad">{groupCount(counts.rejected)} rejected</span>
      )}
    </>
  );
}
