import { Background, Controls, ReactFlow, type Edge, type NodeTypes } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useTheme } from '../settings/theme.ts';
import type { MeterNode, NodeCounts } from '../api/types.ts';
import { ComponentCard, type ComponentFlowNode } from './ComponentCard.tsx';
import { COLUMN_WIDTH, layoutOf, ROW_HEIGHT } from './layout.ts';

const NODE_TYPES: NodeTypes = { component: ComponentCard };

export interface MeterGraphProps {
  readonly nodes: readonly MeterNode[];
  /** Of the last run, if there was one. */
  readonly counts: readonly NodeCounts[] | undefined;
  readonly onOpen: (node: string) => void;
}

/** The meter's graph, drawn from its components and their inputs, with the rows of the last run. */
export function MeterGraph({ nodes, counts, onOpen }: MeterGraphProps) {
  const theme = useTheme();
  const places = layoutOf(nodes);
  const countsOf = (id: string) => counts?.find((count) => count.id === id);
  const flowNodes: ComponentFlowNode[] = nodes.map((node) => {
    const place = places.find(({ id }) => id === node.id);
    return {
      id: node.id,
      type: 'component',
      position: { x: (place?.layer ?? 0) * COLUMN_WIDTH, y: (place?.row ?? 0) * ROW_HEIGHT },
      data: { node, counts: countsOf(node.id), onOpen: () => onOpen(node.id) },
    };
  });
  const edges: Edge[] = nodes.flatMap(({ id, inputs }) =>
    inputs.map((input) => ({ id: `${input} ${id}`, source: input, target: id, focusable: false })),
  );
  return (
    <ReactFlow
      nodes={flowNodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      colorMode={theme}
      fitView
      fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
      minZoom={0.3}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      zoomOnScroll={false}
      preventScrolling={false}
    >
      <Background gap={20} />
      <Controls showInteractive={false} />
    </ReactFlow>
  );
}
