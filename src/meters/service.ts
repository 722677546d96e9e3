// Owns the catalogue of meters: made, changed into new versions, compiled, removed. Runs are in runs/.
import { newId } from '../control-plane/ids.ts';
import { nameProblems } from '../control-plane/names.ts';
import type { Actor, ControlPlane, ControlTransaction, Stored } from '../control-plane/port.ts';
import { nowInstant } from '../clock.ts';
import { WeirError, throwIfProblems } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { Plan, PlanField } from '../pipeline/plan.ts';
import type { ComponentName, InboxOf, OpenStore } from '../stores/types.ts';
import { METERS_MAX, OWNER_NUMBERS, meterVersions, meters, usageOwners, versionName } from './catalogue.ts';
import { asProblems, compileGraph, planOf } from './compile.ts';
import type { CompiledGraph } from './compile.ts';
import { loadContext } from './context.ts';
import { hasInbox, streamingInboxOf } from './inboxes.ts';
import { presetGraph, presetProblems } from './presets.ts';
import type { Preset } from './presets.ts';
import { readersWithoutEnd } from './retention-rules.ts';
import { StoreUses } from './store-uses.ts';
import type { GraphProblem, Meter, MeterNode, MeterVersion, PresetType } from './types.ts';

/** A meter as posted: a graph, or a short form. */
export type MeterInput = { readonly name: string; readonly description?: string | undefined } & (
  | { readonly type: 'custom'; readonly nodes: readonly MeterNode[] }
  | { readonly type: PresetType; readonly preset: Preset }
);

/** What the catalogue of meters needs of event stores. */
export interface MeterStoresAccess {
  readonly open: (idOrName: string) => Promise<OpenStore>;
  /** In the transaction that saves a meter: makes the inbox store of a source; returns its id. */
  readonly addInbox: (
    change: ControlTransaction,
    store: { readonly name: string; readonly eventDefinition: string },
    inbox: InboxOf,
  ) => Promise<string>;
  /** In the transaction that deletes the meter: what is not empty stays, as a store like any other. */
  readonly releaseInbox: (change: ControlTransaction, id: string) => Promise<void>;
  /** After such a transaction. */
  readonly inboxesChanged: () => void;
}

export interface MeterCheck {
  readonly errors: readonly GraphProblem[];
  readonly fields: ReadonlyMap<string, readonly PlanField[]>;
}

const NAME_TAKEN = 'METER_NAME_EXISTS';

export class MeterService {
  /** Which meter uses which store. */
  readonly uses: StoreUses;
  readonly #control: ControlPlane;
  readonly #stores: MeterStoresAccess;

  constructor(control: ControlPlane, stores: MeterStoresAccess) {
    this.#control = control;
    this.#stores = stores;
    this.uses = new StoreUses(control, stores.open);
  }

  /** Saves version 1. All problems of name, short form and graph at once. */
  async create(actor: Actor, input: MeterInput): Promise<Stored<Meter>> {
    const nodes = graphOf(input);
    const named = nameProblems(input.name);
    const found = nodes ? await this.findings(nodes) : [];
    throwIfProblems(
      [...named, ...shortFormProblems(input), ...asProblems(found, nodes ?? [])],
      'METER_INVALID',
      INVALID,
    );
    const id = newId(meters.prefix);
    const saved = await this.#control.change(actor, async (change) => {
      const inboxes = await this.#inboxesOf(change, { id, name: input.name }, nodes ?? [], {});
      const empty: Meter = { ...entryOf(input, nodes ?? []), version: 1, owners: {}, inboxes };
      const body = await saveVersion(change, { id, name: input.name }, empty);
      return change.insert(meters, body, { id, name: input.name, nameTaken: NAME_TAKEN });
    });
    this.#stores.inboxesChanged();
    return saved;
  }

  /**
   * Saves a new version of a meter; the versions before stay as they are. `retire` is asked with the owner
   * numbers of usage targets that the new version has no more; those that it gives are retracted by the first
   * run without them.
   */
  async update(
    actor: Actor,
    idOrName: string,
    input: MeterInput,
    retire: (owners: readonly number[]) => Promise<readonly number[]>,
  ): Promise<Stored<Meter>> {
    const current = await this.get(idOrName);
    const nodes = graphOf(input);
    const named = nameProblems(input.name);
    const found = nodes ? await this.findings(nodes, current) : [];
    throwIfProblems(
      [...named, ...shortFormProblems(input), ...asProblems(found, nodes ?? [])],
      'METER_INVALID',
      INVALID,
    );
    const kept = usageTargets(nodes ?? []);
    const gone = usageTargets(current.body.nodes).filter((id) => !kept.includes(id));
    const retiring = await retire(ownersOf(current.body, gone));
    const saved = await this.#control.change(actor, async (change) => {
      const stored = requireMeter(await change.get(meters, current.id), idOrName);
      const { activeVersion, owners } = stored.body;
      const owner = { id: stored.id, name: input.name };
      const inboxes = await this.#inboxesOf(change, owner, nodes ?? [], stored.body.inboxes);
      const body: Meter = {
        ...entryOf(input, nodes ?? []),
        version: stored.body.version + 1,
        owners,
        inboxes,
        retired: [...new Set([...(stored.body.retired ?? []), ...retiring])],
        ...(activeVersion === undefined ? {} : { activeVersion }),
      };
      const versioned = await saveVersion(change, owner, body);
      return change.update(meters, stored.id, versioned, { name: input.name, nameTaken: NAME_TAKEN });
    });
    this.#stores.inboxesChanged();
    return saved;
  }

  /** By id or name; throws METER_NOT_FOUND. */
  async get(idOrName: string): Promise<Stored<Meter>> {
    return requireMeter(await this.#control.find(meters, idOrName), idOrName);
  }

  /** A saved version; throws METER_VERSION_NOT_FOUND. */
  async version(idOrName: string, version: number): Promise<MeterVersion> {
    const { id, name } = await this.get(idOrName);
    const stored = await this.#control.find(meterVersions, versionName(id, version));
    if (stored) return stored.body;
    throw new WeirError(
      'not-found',
      'METER_VERSION_NOT_FOUND',
      `The meter '${name}' has no version ${version}.`,
    );
  }

  /** The plan of a saved version. */
  async plan(idOrName: string, version: number): Promise<Plan> {
    const meter = await this.get(idOrName);
    const { nodes } = await this.version(meter.id, version);
    const compiled = await this.#compile(nodes, meter.body);
    if (compiled.nodes) return planOf(meter.id, version, compiled.nodes);
    throwIfProblems(asProblems(compiled.problems, nodes), 'METER_INVALID', INVALID);
    throw new WeirError(
      'conflict',
      'METER_INVALID',
      `Version ${version} of '${meter.name}' cannot be compiled.`,
    );
  }

  /** The plan that re-evaluation uses: of the active version, if the meter has been run. */
  async activePlan(meter: Stored<Meter>): Promise<Plan | undefined> {
    const { activeVersion } = meter.body;
    return activeVersion === undefined ? undefined : this.plan(meter.id, activeVersion);
  }

  /** Records the version that a started run made active. */
  async activate(actor: Actor, id: string, version: number): Promise<void> {
    if ((await this.get(id)).body.activeVersion === version) return;
    await this.#control.change(actor, async (change) => {
      // Read again: a new version may have been saved since.
      const { body } = requireMeter(await change.get(meters, id), id);
      return change.update(meters, id, { ...body, activeVersion: version });
    });
  }

  /** Everything wrong with a graph, as if it were saved. */
  async findings(nodes: readonly MeterNode[], meter?: Stored<Meter>): Promise<GraphProblem[]> {
    const compiled = await this.#compile(nodes, meter?.body);
    return [...compiled.problems, ...(await this.uses.cycleProblems(nodes, meter))];
  }

  /** Everything wrong with a meter that is not saved, and the fields that flow out of its components. */
  async check(input: MeterInput): Promise<MeterCheck> {
    const shape = [...nameProblems(input.name), ...shortFormProblems(input)];
    const errors = shape.map(({ code, message }) => ({ node: null, code, message }));
    const nodes = graphOf(input);
    if (!nodes) return { errors, fields: new Map() };
    const { fields } = await this.#compile(nodes, undefined);
    return { errors: [...errors, ...(await this.findings(nodes))], fields };
  }

  async list(): Promise<readonly Stored<Meter>[]> {
    return this.#control.list(meters, { limit: METERS_MAX });
  }

  /** The components that read this store without end, in latest and active versions. */
  async readsWithoutEnd(storeId: string): Promise<readonly ComponentName[]> {
    const found: ComponentName[] = [];
    for (const { id, name, body } of await this.list()) {
      const { activeVersion = body.version } = body;
      const active = activeVersion === body.version ? [] : [(await this.version(id, activeVersion)).nodes];
      for (const nodes of [body.nodes, ...active]) {
        const planned = (await this.#compile(nodes, body)).nodes ?? [];
        for (const reader of readersWithoutEnd(planned, storeId)) {
          const component = nodes.find((node) => node.id === reader.id)?.name ?? reader.id;
          found.push({ meterName: name ?? id, component });
        }
      }
    }
    return found;
  }

  /** Removes the entry and the versions; what becomes of records is the caller's business (runs/). */
  async remove(actor: Actor, idOrName: string): Promise<Stored<Meter>> {
    const meter = await this.get(idOrName);
    await this.#control.change(actor, async (change) => {
      for (let version = 1; version <= meter.body.version; version += 1) {
        const stored = await change.find(meterVersions, versionName(meter.id, version));
        if (stored) await change.remove(meterVersions, stored.id);
      }
      for (const inbox of Object.values(meter.body.inboxes)) await this.#stores.releaseInbox(change, inbox);
      await change.remove(meters, meter.id);
    });
    this.#stores.inboxesChanged();
    return meter;
  }

  /** The inbox store behind the ingest URL of a meter; throws METER_NOT_STREAMING if it has no streaming source. */
  async streamingInbox(idOrName: string): Promise<string> {
    const { name, body } = await this.get(idOrName);
    const inbox = streamingInboxOf(body);
    if (inbox !== undefined) return inbox;
    throw new WeirError(
      'conflict',
      'METER_NOT_STREAMING',
      `The latest version of the meter '${name}' has no streaming source.`,
    );
  }

  async #compile(nodes: readonly MeterNode[], meter: Meter | undefined): Promise<CompiledGraph> {
    const sources = { control: this.#control, openStore: this.#stores.open };
    return compileGraph(nodes, await loadContext(nodes, meter, sources));
  }

  /** The inboxes of a meter by component: those it has, and new ones for sources that have none. */
  async #inboxesOf(
    change: ControlTransaction,
    meter: { readonly id: string; readonly name: string },
    nodes: readonly MeterNode[],
    known: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const inboxes: Record<string, string> = { ...known };
    for (const node of nodes.filter((source) => hasInbox(source) && inboxes[source.id] === undefined)) {
      const store = {
        name: `${meter.name} ${node.name} inbox`,
        eventDefinition: String(node.config['eventDefinition']),
      };
      inboxes[node.id] = await this.#stores.addInbox(change, store, { meter: meter.id, node: node.id });
    }
    return inboxes;
  }
}

const INVALID = 'The meter is not valid; see errors.';

/** The graph to save, unless the short form is wrong. */
function graphOf(input: MeterInput): readonly MeterNode[] | undefined {
  if (input.type === 'custom') return input.nodes;
  return presetProblems(input.type, input.preset).length > 0
    ? undefined
    : presetGraph(input.type, input.preset);
}

const usageTargets = (nodes: readonly MeterNode[]): string[] =>
  nodes.flatMap(({ id, operator, kind }) => (kind === 'target' && operator === 'usage-records' ? [id] : []));

const ownersOf = ({ owners }: Meter, ids: readonly string[]): number[] =>
  ids.flatMap((id) => owners[id] ?? []);

const shortFormProblems = (input: MeterInput): Problem[] =>
  input.type === 'custom' ? [] : presetProblems(input.type, input.preset);

function entryOf(
  input: MeterInput,
  nodes: readonly MeterNode[],
): Omit<Meter, 'version' | 'owners' | 'inboxes'> {
  return {
    type: input.type,
    nodes,
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(input.type === 'custom' ? {} : { preset: { ...input.preset } }),
  };
}

/** Gives new targets their owner numbers and writes the version; gives the entry to be written beside it. */
async function saveVersion(
  change: ControlTransaction,
  meter: { readonly id: string; readonly name: string },
  body: Meter,
): Promise<Meter> {
  const owners: Record<string, number> = { ...body.owners };
  for (const node of body.nodes) {
    if (node.kind !== 'target' || owners[node.id] !== undefined) continue;
    const owner = await change.nextNumber(OWNER_NUMBERS);
    owners[node.id] = owner;
    const entry = { owner, meter: meter.id, meterName: meter.name, node: node.id };
    await change.insert(usageOwners, entry, { name: String(owner) });
  }
  const version: MeterVersion = {
    meter: meter.id,
    version: body.version,
    nodes: body.nodes,
    savedAt: nowInstant(),
  };
  await change.insert(meterVersions, version, {
    name: versionName(meter.id, body.version),
    parent: meter.id,
  });
  return { ...body, owners };
}

function requireMeter(stored: Stored<Meter> | undefined, idOrName: string): Stored<Meter> {
  if (stored) return stored;
  throw new WeirError('not-found', 'METER_NOT_FOUND', `There is no meter '${idOrName}'.`);
}
