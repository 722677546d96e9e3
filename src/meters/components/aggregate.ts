import { z } from 'zod';
import type { PlanField } from '../../pipeline/plan.ts';
import { windowProblems } from '../../pipeline/calendar.ts';
import type { Window } from '../../pipeline/windows.ts';
import { WINDOW_UNITS } from '../../pipeline/windows.ts';
import { functionSchema, resolveCalls } from '../aggregate-functions.ts';
import { component, problemAt } from '../component.ts';
import type { GraphProblem } from '../types.ts';

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

const config = z.strictObject({
  groupBy: z.array(z.string().min(1)),
  window: windowSchema,
  grace: z.string().regex(GRACE, 'a number and one of s, m, h, d, such as 36h').optional(),
  release: z.enum(['provisional', 'final']).default('provisional'),
  functions: z.array(functionSchema).min(1),
});

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
    const calls = resolveCalls(config.functions, byName, window, node, problems);
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
