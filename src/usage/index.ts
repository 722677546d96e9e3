// Owns usage records as they are read: lists, revisions, lineage, export. Does not own how they come to be.
export { UsageService, type UsageParts, type UsageQuery, type UsageRecord } from './service.ts';
