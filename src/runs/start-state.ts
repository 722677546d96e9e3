// Owns what a run notes of its sources when it begins.
import type { EventStorePort } from '../data-plane/event-store-port.ts';
import type { PipelinePort } from '../data-plane/pipeline-port.ts';
import type { Plan } from '../pipeline/plan.ts';
import type { Run } from './types.ts';

/** Where the sources of a plan stand: their last sequences, and what they retain. */
export async function startState(
  { events, pipeline }: { readonly events: EventStorePort; readonly pipeline: PipelinePort },
  plan: Plan,
): Promise<Required<Pick<Run, 'startSequences' | 'retainedFrom'>>> {
  const sequences: Record<string, string> = {};
  for (const node of plan.nodes) {
    if (node.node !== 'scan') continue;
    sequences[node.storeId] = String((await events.statistics(node.store)).lastSequence);
  }
  return { startSequences: sequences, retainedFrom: await pipeline.retainedFrom(plan) };
}
