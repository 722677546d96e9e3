// Owns event stores: the catalogue, writing and reading events, status, backfills, uploaded files. Does not
// own how events are kept (data-plane), what a definition is (definitions), or who evaluates them (meters).
export { StoreActivity, type Activity, type StoreWork } from './activity.ts';
export { BACKFILL_BYTES_MAX, deleteTemplate } from './backfill-ids-file.ts';
export { previewDelete } from './backfill-kinds/delete.ts';
export { previewErase } from './backfill-kinds/erase.ts';
export { previewEventsFile } from './backfill-kinds/events.ts';
export { previewDeleteRange, previewTruncate } from './backfill-kinds/matching.ts';
export {
  BACKFILL_KINDS,
  BACKFILL_STATUSES,
  backfills,
  type BackfillBody,
  type BackfillFollowers,
  type BackfillStatus,
} from './backfill-types.ts';
export { BackfillService, type Preview } from './backfills.ts';
export { StoreCatalogue } from './catalogue.ts';
export { eventIdOf, fieldsOf, readFilters } from './event-view.ts';
export { FileService, uploadedFiles, type FileBody } from './files.ts';
export {
  IMPORT_FORMATS,
  ImportService,
  imports,
  type ImportBody,
  type ImportFormat,
  type ImportRequest,
} from './imports.ts';
export { PendingTables, tableOf } from './pending-tables.ts';
export { QUERY_ROWS_DEFAULT, QUERY_ROWS_MAX, QueryService } from './queries.ts';
export { StoreReaders } from './readers.ts';
export { BackfillFollowerRegistry, ExpiryFollowerRegistry, StoreUserRegistry } from './registries.ts';
export { RetentionSchedule } from './retention-schedule.ts';
export { RetentionService } from './retention.ts';
export type { StoreInput } from './store-entry.ts';
export { readTimeRange } from './time-range.ts';
export {
  RETENTION_DAYS_MAX,
  eventStores,
  type ComponentName,
  type InboxOf,
  type OpenStore,
  type StoreBody,
  type StoreRole,
  type StoreUse,
  type StoreUsers,
} from './types.ts';
export { writeEvents, type WriteOutcome, type WriteRejection, type WriteRequest } from './writing.ts';
