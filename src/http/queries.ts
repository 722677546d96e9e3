// Owns the call that asks a store by SQL.
import { z } from 'zod';
import type { QueryAnswer, QueryColumn } from '../data-plane/query-port.ts';
import { QUERY_ROWS_DEFAULT, QUERY_ROWS_MAX } from '../stores/index.ts';
import { endpoint } from './endpoint.ts';
import { idParams } from './parameters.ts';
import { RawJson } from './raw-json.ts';

const bodySchema = z.strictObject({
  sql: z
    .string()
    .min(1)
    .refine((text) => !text.includes('\0'), 'A statement has no character zero.')
    .meta({ description: 'One SELECT over the table `events`, whose columns are the fields by name.' }),
  limit: z
    .int()
    .min(1)
    .max(QUERY_ROWS_MAX)
    .default(QUERY_ROWS_DEFAULT)
    .meta({ description: 'Rows of the answer at most.' }),
});

const TYPES = [
  'string',
  'integer',
  'decimal',
  'boolean',
  'datetime',
  'date',
  'json',
  'double',
  'interval',
] as const;

const answerSchema = z
  .strictObject({
    columns: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(TYPES).meta({ description: '`double` is an approximation: never an exact figure.' }),
      }),
    ),
    rows: z.array(z.array(z.unknown())).meta({
      description: 'By position; integers, decimals, doubles and times are canonical text.',
    }),
    truncated: z.boolean().meta({ description: 'Whether there are more rows than `limit`.' }),
  })
  .meta({ id: 'QueryAnswer' });

function shown({ type }: QueryColumn, value: string | null): unknown {
  if (value === null) return null;
  if (type === 'boolean') return value === 'true';
  return type === 'json' ? new RawJson(value) : value;
}

const present = ({ columns, rows, truncated }: QueryAnswer) => ({
  columns: columns.map(({ name, type }) => ({ name, type })),
  rows: rows.map((row) => columns.map((column, index) => shown(column, row[index] ?? null))),
  truncated,
});

export const queryEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/event-stores/{id}/queries',
    role: 'viewer',
    summary: 'Ask a store by SQL',
    description:
      'Reads only, and only the events of this store. Functions and syntax are those of an allow-list; a query ' +
      'takes 10 seconds at most. See docs/reference/queries.md.',
    tags: ['Event stores'],
    params: idParams,
    body: bodySchema,
    answers: { 200: answerSchema },
    handle: async ({ params, body, signal }, weir) => {
      const store = await weir.stores.open(params.id);
      return present(await weir.queries.query(store, body, signal));
    },
  }),
];
