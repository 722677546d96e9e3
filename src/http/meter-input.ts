// Owns the shape of a meter as it is posted: a graph of components, or a preset's short form.
import { z } from 'zod';
import { WeirError, throwIfProblems } from '../errors.ts';
import { presetSchema } from '../meters/presets.ts';
import type { MeterInput } from '../meters/service.ts';
import { METER_TYPES, PRESET_TYPES } from '../meters/types.ts';
import { checkInput } from './validation.ts';

export const nodeSchema = z
  .strictObject({
    id: z.string().min(1).max(64).meta({ description: 'Unique in the meter; `inputs` refer to it.' }),
    name: z.string().min(1).max(128),
    kind: z.enum(['source', 'processor', 'target']),
    operator: z
      .string()
      .min(1)
      .meta({ examples: ['event-store', 'filter', 'aggregate', 'usage-records'] }),
    config: z.record(z.string(), z.unknown()),
    inputs: z.array(z.string()).default([]),
  })
  .meta({ id: 'MeterNode' });

const common = { name: z.string(), description: z.string().max(2_000).optional() };

const customSchema = z.strictObject({
  ...common,
  type: z.literal('custom'),
  nodes: z.array(nodeSchema).min(1),
});
const presetInput = z.strictObject({ ...common, type: z.enum(PRESET_TYPES), ...presetSchema.shape });

/** Discriminated by `type`, so that a mistake in a preset is reported as one of that preset. */
export const meterInputSchema = z
  .discriminatedUnion('type', [customSchema, presetInput], {
    error: `type must be one of ${METER_TYPES.join(', ')}`,
  })
  .meta({ id: 'MeterInput' });

/** What the catalogue takes. */
export function toMeterInput(input: z.output<typeof meterInputSchema>): MeterInput {
  const { name, description } = input;
  if (input.type === 'custom') return { name, description, type: 'custom', nodes: input.nodes };
  const { type, name: _name, description: _description, ...preset } = input;
  return { name, description, type, preset };
}

/** The same from an unknown body: for `validate`, which answers with findings instead of an error. */
export function parseMeterInput(body: unknown): MeterInput {
  const checked = checkInput(meterInputSchema, body);
  throwIfProblems(checked.problems, 'METER_INVALID', 'The meter is not valid; see errors.');
  if (checked.value === undefined) throw new WeirError('invalid', 'METER_INVALID', 'The meter is not valid.');
  return toMeterInput(checked.value);
}
