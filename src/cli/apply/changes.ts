// Owns what `weir apply` will do and the doing of it: per configuration create, change or leave.
import { ApiError } from '../api-error.ts';
import type { Definition, Store } from '../api-types.ts';
import { apiPath, type WeirClient } from '../client.ts';
import type { CliError } from '../cli-error.ts';
import { differencesOf, type Difference } from './difference.ts';
import type { Configuration, Kind } from './documents.ts';
import { comparableConfiguration, comparableAnswer } from './comparable.ts';

export interface PlannedChange {
  readonly configuration: Configuration;
  readonly action: 'create' | 'change' | 'unchanged';
  readonly differences: readonly Difference[];
}

export interface FailedChange {
  readonly configuration: Configuration;
  readonly error: CliError;
}

const COLLECTIONS: Readonly<Record<Kind, string>> = {
  EventDefinition: '/v1/event-definitions',
  EventStore: '/v1/event-stores',
  Meter: '/v1/meters',
};

/** Compares each configuration with what the server holds under its name. */
export async function planOf(
  client: WeirClient,
  configurations: readonly Configuration[],
): Promise<PlannedChange[]> {
  const plan: PlannedChange[] = [];
  for (const configuration of configurations) {
    const current = await currentOf(client, configuration);
    if (current === undefined) {
      plan.push({ configuration, action: 'create', differences: [] });
      continue;
    }
    const differences = differencesOf(
      comparableAnswer(configuration, current),
      comparableConfiguration(configuration),
    );
    plan.push({ configuration, action: differences.length === 0 ? 'unchanged' : 'change', differences });
  }
  return plan;
}

/** Makes the planned changes, in order. One that is refused does not stop the others; all are returned. */
export async function carryOut(client: WeirClient, plan: readonly PlannedChange[]): Promise<FailedChange[]> {
  const failures: FailedChange[] = [];
  for (const { configuration, action } of plan) {
    const { kind, name, body } = configuration;
    try {
      if (action === 'create') await client.post(COLLECTIONS[kind], body);
      if (action === 'change') await client.put(pathOf(kind, name), body);
    } catch (error) {
      // Anything but the server's refusal (it cannot be reached, say) would fail the rest as well.
      if (!(error instanceof ApiError)) throw error;
      failures.push({ configuration, error });
    }
  }
  return failures;
}

async function currentOf(client: WeirClient, configuration: Configuration): Promise<unknown> {
  const { kind, name } = configuration;
  try {
    const current = await client.get<unknown>(pathOf(kind, name));
    return kind === 'EventStore' ? withDefinitionName(client, current as Store, configuration) : current;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** A store's answer names its definition by id; files mostly by name. */
async function withDefinitionName(client: WeirClient, store: Store, { body }: Configuration): Promise<Store> {
  if (store.eventDefinition === body['eventDefinition']) return store;
  const definition = await client.get<Definition>(pathOf('EventDefinition', store.eventDefinition));
  return { ...store, eventDefinition: definition.name };
}

function pathOf(kind: Kind, name: string): string {
  return `${COLLECTIONS[kind]}${apiPath`/${name}`}`;
}
