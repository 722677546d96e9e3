// Owns which meters use which stores, over all meters: who reads and writes a store, and cycles among them.
import type { ControlPlane, Stored } from '../control-plane/port.ts';
import type { OpenStore, StoreUse } from '../stores/types.ts';
import { METERS_MAX, meterVersions, meters, versionName } from './catalogue.ts';
import { loadContext } from './context.ts';
import { storeCycle, storeOf } from './store-rules.ts';
import type { MeterStores } from './store-rules.ts';
import type { GraphProblem, Meter, MeterNode } from './types.ts';

export class StoreUses {
  readonly #control: ControlPlane;
  readonly #openStore: (idOrName: string) => Promise<OpenStore>;

  constructor(control: ControlPlane, openStore: (idOrName: string) => Promise<OpenStore>) {
    this.#control = control;
    this.#openStore = openStore;
  }

  /** Who uses a store, and as what: latest and active versions count, run or not. */
  async of(storeId: string): Promise<readonly StoreUse[]> {
    return (await this.all()).get(storeId) ?? [];
  }

  /** The same of every store that a meter uses. */
  async all(): Promise<ReadonlyMap<string, readonly StoreUse[]>> {
    const uses = new Map<string, StoreUse[]>();
    for (const meter of await this.#meters()) {
      const { sources, targets } = await this.#storesOf(meter);
      const add = (role: StoreUse['role']) => (storeId: string) => {
        const known = uses.get(storeId) ?? [];
        uses.set(storeId, [...known, { meter: meter.id, meterName: meter.name ?? meter.id, role }]);
      };
      new Set(sources).forEach(add('source'));
      new Set(targets).forEach(add('target'));
    }
    return uses;
  }

  /** METER_STORE_CYCLE, if meters and stores would form a cycle with these nodes as `meter` (or as a new one). */
  async cycleProblems(
    nodes: readonly MeterNode[],
    meter: Stored<Meter> | undefined,
  ): Promise<GraphProblem[]> {
    const others = (await this.#meters()).filter((other) => other.id !== meter?.id);
    const edges = await Promise.all(others.map((other) => this.#storesOf(other)));
    const own = await this.#edgesOf(meter?.name ?? 'this meter', nodes, meter?.body);
    // A store that the meter itself reads and writes has a finding of its own.
    const targets = own.targets.filter((store) => !own.sources.includes(store));
    const cycle = storeCycle([...edges, { ...own, targets }]);
    if (!cycle) return [];
    const names = await Promise.all(cycle.map(async (id) => this.#storeName(id)));
    const message = `meters and stores form a cycle: ${names.join(' -> ')}`;
    return [{ node: null, code: 'METER_STORE_CYCLE', message }];
  }

  #meters(): Promise<readonly Stored<Meter>[]> {
    return this.#control.list(meters, { limit: METERS_MAX });
  }

  async #storeName(idOrMeter: string): Promise<string> {
    if (!idOrMeter.startsWith('es_')) return idOrMeter;
    return (await this.#openStore(idOrMeter)).name;
  }

  /** Stores of the latest version, of the active one where it differs, and the inboxes of all versions. */
  async #storesOf({ id, name, body }: Stored<Meter>): Promise<MeterStores> {
    const { activeVersion, version, nodes, inboxes } = body;
    const active =
      activeVersion === undefined || activeVersion === version
        ? undefined
        : await this.#control.find(meterVersions, versionName(id, activeVersion));
    const edges = await this.#edgesOf(name ?? id, [...nodes, ...(active?.body.nodes ?? [])], body);
    return { ...edges, sources: [...edges.sources, ...Object.values(inboxes)] };
  }

  async #edgesOf(name: string, nodes: readonly MeterNode[], meter: Meter | undefined): Promise<MeterStores> {
    const context = await loadContext(nodes, meter, {
      control: this.#control,
      openStore: this.#openStore,
    });
    const of = (kind: MeterNode['kind']): string[] =>
      nodes.flatMap((node) => (node.kind === kind ? (storeOf(node, context) ?? []) : []));
    return { meter: name, sources: of('source'), targets: of('target') };
  }
}
