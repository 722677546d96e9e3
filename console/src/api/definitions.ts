import { queryOptions } from '@tanstack/react-query';
import { call, path } from './client.ts';
import { pagesOf } from './pages.ts';
import type { DefinitionProposal, EventDefinition, EventDefinitionDraft } from './types.ts';

export const definitionsQuery = () => pagesOf<EventDefinition>(path('event-definitions'), {}, 1000);

export const definitionQuery = (definition: string) =>
  queryOptions({
    queryKey: [path('event-definitions', definition)],
    queryFn: ({ signal }) => call<EventDefinition>('GET', path('event-definitions', definition), { signal }),
  });

export const createDefinition = (draft: EventDefinitionDraft) =>
  call<EventDefinition>('POST', path('event-definitions'), { json: draft });

/** A definition proposed from a sample; nothing is saved. */
export const detectDefinition = (sample: Blob | string, contentType: string) =>
  call<DefinitionProposal>('POST', path('event-definitions', 'detect'), { body: sample, contentType });

export type SchemaFormat = 'json-schema' | 'avro';

/** A definition proposed from a schema; nothing is saved. */
export const importDefinition = (schema: Blob, format: SchemaFormat) =>
  call<DefinitionProposal>('POST', path('event-definitions', 'import'), {
    query: { format },
    body: schema,
    contentType: 'application/json',
  });
