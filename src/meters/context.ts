import type { ControlReader } from '../control-plane/port.ts';
import { eventDefinitions, toDefinition } from '../definitions/service.ts';
import type { EventDefinition } from '../definitions/types.ts';
import { WeirError } from '../errors.ts';
import type { OpenStore } from '../stores/types.ts';
import type { ResolveContext } from './component.ts';
import type { Meter, MeterNode } from './types.ts';

export interface ContextSources {
  readonly control: ControlReader;
  /** Opens a store by id or name; throws EVENT_STORE_NOT_FOUND. */
  readonly openStore: (idOrName: string) => Promise<OpenStore>;
}

/** Loads every store and definition that a graph names, so that compiling awaits nothing. */
export async function loadContext(
  nodes: readonly MeterNode[],
  meter: Pick<Meter, 'owners' | 'inboxes'> | undefined,
  { control, openStore }: ContextSources,
): Promise<ResolveContext> {
  const stores = new Map<string, OpenStore>();
  const definitions = new Map<string, EventDefinition>();
  const inboxes = Object.values(meter?.inboxes ?? {});
  for (const name of new Set([...namesIn(nodes, 'store'), ...inboxes])) {
    const store = await findStore(openStore, name);
    if (!store) continue;
    stores.set(name, store);
    stores.set(store.id, store);
  }
  for (const name of namesIn(nodes, 'eventDefinition')) {
    const found = await control.find(eventDefinitions, name);
    if (found) definitions.set(name, toDefinition(found));
  }
  return {
    store: (idOrName) => stores.get(idOrName),
    inbox: (nodeId) => stores.get(meter?.inboxes[nodeId] ?? ''),
    definition: (idOrName) => definitions.get(idOrName),
    // A graph that is only checked has no owners yet.
    owner: (nodeId) => meter?.owners[nodeId] ?? 0,
  };
}

const namesIn = (nodes: readonly MeterNode[], member: string): string[] =>
  nodes.flatMap(({ config }) => {
    const name = config[member];
    return typeof name === 'string' ? [name] : [];
  });

async function findStore(
  openStore: ContextSources['openStore'],
  name: string,
): Promise<OpenStore | undefined> {
  try {
    return await openStore(name);
  } catch (error) {
    // The component that names it reports it, with the others' problems.
    if (error instanceof WeirError && error.code === 'EVENT_STORE_NOT_FOUND') return undefined;
    throw error;
  }
}
