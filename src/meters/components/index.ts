// Owns the list of components. A new component is one file here, its test, its page in docs/, and a line below.
import type { Component } from '../component.ts';
import type { ComponentKind } from '../types.ts';
import { aggregate } from './aggregate.ts';
import { eventStoreSource } from './event-store-source.ts';
import { eventStoreTarget } from './event-store-target.ts';
import { filter } from './filter.ts';
import { map } from './map.ts';
import { streamingSource } from './streaming-source.ts';
import { uploadSource } from './upload-source.ts';
import { usageRecordsTarget } from './usage-records-target.ts';

export const components: readonly Component[] = [
  eventStoreSource,
  streamingSource,
  uploadSource,
  filter,
  map,
  aggregate,
  usageRecordsTarget,
  eventStoreTarget,
];

/** The component with this operator; `event-store` is a source and a target, so the kind decides. */
export const findComponent = (kind: ComponentKind, operator: string): Component | undefined =>
  components.find((candidate) => candidate.kind === kind && candidate.operator === operator);
