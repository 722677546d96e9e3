// Owns the short forms: each makes the graph that a person would draw.
import { z } from 'zod';
import type { Problem } from '../errors.ts';
import type { Binding } from '../pipeline/plan.ts';
import { windowSchema } from './components/aggregate.ts';
import { usageBindings } from './components/usage-records-target.ts';
import type { MeterNode, PresetType } from './types.ts';

const source = z.strictObject({
  operator: z.enum(['event-store', 'streaming-api', 'upload']),
  config: z.record(z.string(), z.unknown()),
});

/** The short form of a preset, as posted. */
export const presetSchema = z.strictObject({
  source,
  quantityField: z.string().min(1).optional(),
  groupBy: z.array(z.string().min(1)).optional(),
  window: windowSchema.optional(),
  usage: z.strictObject(usageBindings),
});
export type Preset = z.infer<typeof presetSchema>;

interface Members {
  readonly needs: readonly (keyof Preset)[];
  readonly refuses: readonly (keyof Preset)[];
}

/** Members that a preset of this type must have, and must not have. */
function membersOf(type: PresetType): Members {
  if (type === 'direct') return { needs: ['quantityField'], refuses: ['window', 'groupBy'] };
  if (type === 'count') return { needs: ['groupBy', 'window'], refuses: ['quantityField'] };
  return { needs: ['quantityField', 'groupBy', 'window'], refuses: [] };
}

/** What a short form lacks, or has too much. */
export function presetProblems(type: PresetType, preset: Preset): Problem[] {
  const { needs, refuses } = membersOf(type);
  return [
    ...needs
      .filter((member) => preset[member] === undefined)
      .map((member) => ({
        pointer: `/${member}`,
        code: 'REQUIRED',
        message: `a ${type} meter needs ${member}`,
      })),
    ...refuses
      .filter((member) => preset[member] !== undefined)
      .map((member) => ({
        pointer: `/${member}`,
        code: 'NOT_ALLOWED',
        message: `a ${type} meter has no ${member}`,
      })),
  ];
}

/** The graph of a short form without problems. Fields that `usage` binds join the grouping. */
export function presetGraph(type: PresetType, preset: Preset): MeterNode[] {
  const nodes: MeterNode[] = [{ id: 'source', name: 'Source', kind: 'source', ...preset.source, inputs: [] }];
  const bound = Object.values({ ...preset.usage, custom: undefined, ...preset.usage.custom }).filter(
    (binding): binding is Binding => binding !== undefined,
  );
  let quantity = preset.quantityField ?? '';
  if (type !== 'direct') {
    const windowFields = ['windowStart', 'windowEnd'];
    const named = bound.flatMap((binding) => ('field' in binding ? [binding.field] : []));
    const groupBy = [...new Set([...(preset.groupBy ?? []), ...named])].filter(
      (name) => !windowFields.includes(name),
    );
    quantity = unusedName('quantity', groupBy);
    const field = preset.quantityField === undefined ? {} : { field: preset.quantityField };
    nodes.push({
      id: 'aggregate',
      name: type.charAt(0).toUpperCase() + type.slice(1),
      kind: 'processor',
      operator: 'aggregate',
      config: { groupBy, window: preset.window, functions: [{ name: quantity, function: type, ...field }] },
      inputs: ['source'],
    });
  }
  nodes.push({
    id: 'usage',
    name: 'Usage records',
    kind: 'target',
    operator: 'usage-records',
    config: { quantity: { field: quantity }, ...preset.usage },
    inputs: [type === 'direct' ? 'source' : 'aggregate'],
  });
  return nodes;
}

function unusedName(name: string, taken: readonly string[]): string {
  let candidate = name;
  for (let suffix = 2; taken.includes(candidate); suffix += 1) candidate = `${name}_${suffix}`;
  return candidate;
}
