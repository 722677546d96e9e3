import { z } from 'zod';
import { DECIMAL_SCALE_MAX } from '../../definitions/types.ts';
import type { ValueType } from '../../pipeline/expressions/types.ts';
import type { AggregateCall, PlanField } from '../../pipeline/plan.ts';
import { windowProblems } from '../../pipeline/calendar.ts';
import type { Window } from '../../pipeline/windows.ts';
import { WINDOW_UNITS } from '../../pipeline/windows.ts';
import { component, problemAt } from '../component.ts';
import type { GraphProblem, MeterNode } from '../types.ts';

export const windowSchema = z.strictObject({
  unit: z.enum(WINDOW_UNITS),
  count: z.int().min(1).max(10_000).default(1).describe('Units per window'),
  timeZone: z.string().default('UTC').describe('IANA zone of the calendar'),
  anchorDay: z
    .int()
    .min(1)
    .max(31)
    .optional()
    .describe('Weekday (week) or day of the month the window starts on'),
});

/** `90s`, `15m`, `36h`, `3d`: how long after its end a window stays open for late events. */
const GRACE = /^(\d{1,6})([smhd])$/;
const GRACE_UNIT_MICROS = { s: 1_000_000n, m: 60_000_000n, h: 3_600_000_000n, d: 86_400_000_000n } as const;

const FUNCTIONS = ['sum', 'count', 'min', 'max', 'avg'] as const;
const functionSchema = z.strictObject({
  name: z.string().min(1).max(128).describe('Name of the field that comes out'),
  function: z.enum(FUNCTIONS),
  field: z.string().optional().describe('Field to aggregate; a count without one counts rows'),
});

const config = z.strictObject({
  groupBy: z.array(z.string().min(1)),
  window: windowSchema,
  grace: z.string().regex(GRACE, 'a number and one of s, m, h, d, such as 36h').optional(),
  release: z.enum(['provisional', 'final']).default('provisional'),
  functions: z.array(functionSchema).min(1),
});

/**
 * The exact type of a function's result: sums keep the scale of their field (38 digits), averages are
 * exact quotients rounded half-even at 18 decimals.
 */
function resultType(call: z.infer<typeof functionSchema>, field: PlanField | undefined): ValueType | string {
  if (call.function === 'count') return { type: 'integer' };
  if (!field) return `${call.name}: ${call.function} needs a field`;
  const numeric = field.type === 'integer' || field.type === 'decimal';
  if (call.function === 'min' || call.function === 'max') {
    return field.type === 'json' || field.type === 'boolean'
      ? `${call.name}: ${call.function} of ${field.type} is not defined`
      : { type: field.type, ...(field.scale === undefined ? {} : { scale: field.scale }) };
  }
  if (!numeric) return `${call.name}: ${call.function} needs a number, ${field.name} is ${field.type}`;
  return { type: 'decimal', scale: call.function === 'avg' ? DECIMAL_SCALE_MAX : (field.scale ?? 0) };
}

function resolveCalls(
  calls: readonly z.infer<typeof functionSchema>[],
  fields: ReadonlyMap<string, PlanField>,
  node: MeterNode,
  problems: GraphProblem[],
): AggregateCall[] {
  return calls.flatMap((call) => {
    const field = call.field === undefined ? undefined : fields.get(call.field);
    if (call.field !== undefined && !field) {
      problems.push(problemAt(node, 'FIELD_NOT_FOUND', `${call.name}: there is no field ${call.field}`));
      return [];
    }
    const type = resultType(call, field);
    if (typeof type === 'string') {
      problems.push(problemAt(node, 'FIELD_TYPE', type));
      return [];
    }
    const { name, function: aggregate } = call;
    return [{ name, function: aggregate, ...(call.field === undefined ? {} : { field: call.field }), type }];
  });
}

function graceMicros(text: string | undefined): bigint {
  const [, amount, unit] = GRACE.exec(text ?? '0s') ?? [];
  return BigInt(amount ?? '0') * GRACE_UNIT_MICROS[unit as keyof typeof GRACE_UNIT_MICROS];
}

/** Collapses the rows of each group and window of event time into one row. */
export const aggregate = component({
  operator: 'aggregate',
  kind: 'processor',
  summary: 'Collapses the rows of each group and window of event time into one row.',
  config,
  resolve: (config, node, input) => {
    const problems: GraphProblem[] = [];
    const byName = new Map(input.fields.map((field) => [field.name, field]));
    const { anchorDay, ...rest } = config.window;
    const window: Window = anchorDay === undefined ? rest : { ...rest, anchorDay };
    for (const found of windowProblems(window)) problems.push(problemAt(node, found.code, found.message));
    const groups = config.groupBy.flatMap((name) => {
      const field = byName.get(name);
      if (!field) problems.push(problemAt(node, 'FIELD_NOT_FOUND', `groupBy: there is no field ${name}`));
      return field ? [field] : [];
    });
    const calls = resolveCalls(config.functions, byName, node, problems);
    const bounds: PlanField[] =
      window.unit === 'all'
        ? []
        : [
            { name: 'windowStart', type: 'datetime' },
            { name: 'windowEnd', type: 'datetime' },
          ];
    const fields = [...groups, ...bounds, ...calls.map(({ name, type }) => ({ name, ...type }))];
    for (const name of repeatedNames(fields)) {
      problems.push(problemAt(node, 'FIELD_REPEATED', `the field ${name} comes out twice`));
    }
    if (problems.length > 0) return { fields, problems };
    return {
      fields,
      node: {
        id: node.id,
        node: 'aggregate',
        fields,
        inputs: node.inputs,
        groupBy: config.groupBy,
        window,
        calls,
        release: config.release,
        graceMicros: graceMicros(config.grace),
      },
      problems,
    };
  },
});

const repeatedNames = (fields: readonly PlanField[]): string[] => [
  ...new Set(fields.map((field) => field.name).filter((name, index, names) => names.indexOf(name) !== index)),
];
