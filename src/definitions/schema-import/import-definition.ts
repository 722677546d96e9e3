// Owns proposing a definition from the text of a schema. It proposes; a person confirms.
import { WeirError } from '../../errors.ts';
import { JsonSyntaxError } from '../json/lossless-json.ts';
import { parseJson } from '../json/parse-json.ts';
import { avroDefinition } from './avro-definition.ts';
import type { ImportedDefinition } from './imported-definition.ts';
import { jsonSchemaDefinition } from './json-schema-definition.ts';

export const SCHEMA_FORMATS = ['json-schema', 'avro'] as const;
export type SchemaFormat = (typeof SCHEMA_FORMATS)[number];

/** Far more than a definition of 500 fields needs. */
export const SCHEMA_BYTES_MAX = 1_048_576;

/**
 * The definition that a schema describes. Throws BODY_MALFORMED where the text is no JSON, else what
 * jsonSchemaDefinition and avroDefinition throw.
 */
export function importDefinition(format: SchemaFormat, text: string): ImportedDefinition {
  const schema = parsed(text);
  return format === 'avro' ? avroDefinition(schema) : jsonSchemaDefinition(schema);
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    throw new WeirError('malformed', 'BODY_MALFORMED', `The schema is not JSON: ${cause.message}.`, {
      cause,
    });
  }
}
