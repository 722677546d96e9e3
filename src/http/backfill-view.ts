// Owns how a backfill is shown.
import { z } from 'zod';
import type { Stored } from '../control-plane/port.ts';
import { BACKFILL_KINDS, BACKFILL_STATUSES } from '../stores/index.ts';
import type { BackfillBody } from '../stores/index.ts';
import { count, instant } from './parameters.ts';

const ids = (description: string) =>
  z
    .array(z.string())
    .optional()
    .meta({ description: `${description}; the first 1,000.` });

const countsSchema = z.strictObject({
  input: count.meta({ description: 'Rows of the file; without a file the events found.' }),
  unique: count.meta({ description: 'Distinct ids.' }),
  matched: count.meta({ description: 'Ids that are in the store.' }),
  notFound: count.meta({ description: 'Ids that are not; an insert writes these.' }),
  unchanged: count.optional().meta({ description: 'Of a correction: events with this content already.' }),
  former: count.optional().meta({ description: 'Of an erasure: former versions found as well.' }),
  deleted: count.optional(),
  inserted: count.optional(),
  replaced: count.optional(),
  erased: count.optional().meta({ description: 'Versions, current and former, that are blanked.' }),
  changedSincePreview: count.optional(),
  reverted: count.optional().meta({ description: 'Changes that a revert has undone.' }),
  conflicts: count.optional().meta({ description: 'Changes that a revert left, since changed again.' }),
});

export const backfillSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(BACKFILL_KINDS),
    store: z.string(),
    status: z.enum(BACKFILL_STATUSES),
    reason: z.string().optional(),
    range: z
      .strictObject({
        from: instant.optional(),
        to: instant.optional(),
        filter: z.record(z.string(), z.string()).optional(),
      })
      .optional()
      .meta({ description: 'Of a delete-range: which events.' }),
    subject: z.strictObject({ field: z.string() }).optional().meta({
      description: 'Of an erasure: the field that names the subject; its value is not kept.',
    }),
    counts: countsSchema.meta({ description: 'While it is going on: what it has done so far.' }),
    notFound: z.array(z.string()).meta({ description: 'Ids that are not in the store; the first 1,000.' }),
    alreadyThere: ids('Of an insert: ids that are in the store, which it leaves alone'),
    usageRecordsAffected: count.meta({ description: 'Usage records that depend on the events.' }),
    createdBy: z.string(),
    confirmedBy: z.string().optional(),
    confirmedAt: instant.optional(),
    reconcile: z.boolean().optional(),
    completedAt: instant.optional(),
    changedSincePreview: ids('Ids that were left alone because they had changed since the preview'),
    runs: z.array(z.string()).optional().meta({
      description: 'Runs that evaluated what was touched, those of the revert last.',
    }),
    revertedBy: z.string().optional(),
    revertReconcile: z.boolean().optional(),
    revertedAt: instant.optional(),
    conflicts: ids('Ids that a revert left alone because they had changed since the confirmation'),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Backfill' });

export function presentBackfill({ id, body, createdAt, updatedAt }: Stored<BackfillBody>) {
  const { upTo: _upTo, createdBy, confirmedBy, revertedBy, ...shown } = body;
  return {
    ...shown,
    id,
    createdBy: createdBy.name,
    ...(confirmedBy === undefined ? {} : { confirmedBy: confirmedBy.name }),
    ...(revertedBy === undefined ? {} : { revertedBy: revertedBy.name }),
    createdAt,
    updatedAt,
  };
}
