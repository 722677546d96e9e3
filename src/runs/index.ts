// Owns runs: their life, progress, scope in instants, and what follows from them for meters and backfills.
// Does not own evaluation (pipeline/, data-plane).
export { MeterFollowers } from './followers.ts';
export { messageOf } from './messages.ts';
export { RunService, type RunParts, type RunRequest } from './service.ts';
export {
  FINAL_STATUSES,
  meterStatus,
  runs,
  type Run,
  type RunScope,
  type RunSource,
  type RunStatus,
} from './types.ts';
