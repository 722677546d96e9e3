// Owns event definitions and the door: field types, validation, decoding of JSON, NDJSON, CSV, XML and Avro
// into canonical values. Does not own where events are kept (data-plane), nor the way they arrive (http).
export { compatibleChange } from './compatible-change.ts';
export { decodeEvents } from './decode/decode-events.ts';
export {
  BATCH_ROWS_MAX,
  DECODE_FORMATS,
  EVENT_BYTES_MAX,
  type DecodeFormat,
  type DecodeOptions,
} from './decode/options.ts';
export {
  detectDefinition,
  SAMPLE_EVENTS_MAX,
  type DefinitionProposal,
  type DetectOptions,
} from './detect/detect-definition.ts';
export { eventIdFieldsOf, eventIdPath, parseEventIdPath, readEventId } from './event-id.ts';
export { jsonPointer } from './json-pointer.ts';
export { parseJson } from './json/parse-json.ts';
export type { DoorBatch, DoorRow, RejectedEvent } from './rows.ts';
export {
  importDefinition,
  SCHEMA_BYTES_MAX,
  SCHEMA_FORMATS,
  type SchemaFormat,
} from './schema-import/import-definition.ts';
export type { ImportedDefinition, ImportNote } from './schema-import/imported-definition.ts';
export * from './types.ts';
export {
  checkDefinitionForStore,
  FIELDS_MAX,
  NAME_CHARACTERS_MAX,
  validateDefinition,
  type DefinitionInput,
} from './validate-definition.ts';
export { fieldReader } from './values/field-reader.ts';
export type { ValueProblem, ValueReader } from './values/value-problem.ts';
export { isTimeZone } from './values/zone.ts';
