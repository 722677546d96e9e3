// Owns what follows from runs for others: staleness of meters, what a backfill touches, what becomes of the
// records of a meter that is deleted.
import type { Actor, Stored } from '../control-plane/port.ts';
import { nowInstant } from '../clock.ts';
import type { EventSelection } from '../data-plane/backfill-port.ts';
import type { PipelinePort, TraceNode } from '../data-plane/pipeline-port.ts';
import type { UsagePort } from '../data-plane/usage-port.ts';
import { WeirError } from '../errors.ts';
import type { MeterInput, MeterService } from '../meters/service.ts';
import type { Meter } from '../meters/types.ts';
import { microsOf } from '../pipeline/calendar.ts';
import type { Plan } from '../pipeline/plan.ts';
import type { RunService } from './service.ts';

export interface FollowerParts {
  readonly meters: MeterService;
  readonly runs: RunService;
  readonly pipeline: PipelinePort;
  readonly usage: UsagePort;
}

/** What becomes of the current records of a target that goes. */
export type RecordsChoice = 'keep' | 'retract';

export interface MeterTrace {
  readonly meter: string;
  readonly meterName: string;
  readonly version: number;
  readonly nodes: readonly Omit<TraceNode, 'records'>[];
  readonly records: readonly string[];
}

export class MeterFollowers {
  readonly #parts: FollowerParts;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Whether the sources have changes that no run has covered; null before the first run. */
  async isStale(meter: Stored<Meter>): Promise<boolean | null> {
    const plan = await this.#parts.meters.activePlan(meter);
    return plan ? this.#parts.pipeline.isStale(plan) : null;
  }

  /** Whether a run that reads or writes the store is queued or going on. */
  async isRunning(storeId: string): Promise<boolean> {
    const uses = await this.#parts.meters.uses.of(storeId);
    return uses.some((use) => this.#parts.runs.isRunning(use.meter));
  }

  /** How many current usage records depend on these events, over all meters that have been run. */
  async affectedRecords(storeId: string, events: EventSelection): Promise<number> {
    let total = 0;
    for (const { plan } of await this.#readersOf(storeId)) {
      total += await this.#parts.pipeline.affectedRecords(plan, storeId, events);
    }
    return total;
  }

  /** The plans, as they were last run, of the meters that read the store. */
  async plansOf(storeId: string): Promise<readonly Plan[]> {
    return (await this.#readersOf(storeId)).map(({ plan }) => plan);
  }

  /** What became of an event, per meter that reads its store and has been run. */
  async trace(storeId: string, sequence: bigint): Promise<MeterTrace[]> {
    const traces: MeterTrace[] = [];
    for (const { meter, plan } of await this.#readersOf(storeId)) {
      const nodes = await this.#parts.pipeline.trace(plan, storeId, sequence);
      traces.push({
        meter: meter.id,
        meterName: meter.name ?? meter.id,
        version: plan.meterVersion,
        nodes: nodes.map(({ id, outcome, code }) => ({
          id,
          outcome,
          ...(code === undefined ? {} : { code }),
        })),
        records: nodes.flatMap((node) => node.records.map((record) => `ur_${record}`)),
      });
    }
    return traces;
  }

  /** Starts one run per meter that reads the store; each evaluates only what these changes touched. */
  async afterBackfill(
    actor: Actor,
    storeId: string,
    span: { readonly after: bigint; readonly upTo: bigint },
    backfill: string,
  ): Promise<string[]> {
    if (span.upTo <= span.after) return [];
    const started: string[] = [];
    for (const { meter } of await this.#readersOf(storeId)) {
      const run = await this.#parts.runs.startAfterBackfill(actor, meter, backfill, { storeId, ...span });
      started.push(run.id);
    }
    return started;
  }

  /** Forgets the rejected rows of events before what the sources of their meter retain. */
  async afterExpiry(storeId: string): Promise<void> {
    const { pipeline } = this.#parts;
    for (const { meter, plan } of await this.#readersOf(storeId)) {
      const before = await pipeline.retainedFrom(plan);
      if (before !== null) await pipeline.expireRejected(meter.id, before);
    }
  }

  /**
   * Saves a new version of a meter. If it drops a target with current records, the caller must say whether they
   * stay or are retracted, which the first run of the new version then does.
   */
  updateMeter(
    actor: Actor,
    idOrName: string,
    input: MeterInput,
    records: RecordsChoice | undefined,
  ): Promise<Stored<Meter>> {
    return this.#parts.meters.update(actor, idOrName, input, async (owners) => {
      if (records === undefined && (await this.#holdsRecords(owners))) {
        throw new WeirError(
          'conflict',
          'METER_TARGET_HAS_RECORDS',
          'A target that the new version has no more has current usage records: save with records=keep or records=retract.',
        );
      }
      return records === 'retract' ? owners : [];
    });
  }

  /** Deletes a meter. With current records the caller must say whether they stay or are retracted. */
  async removeMeter(actor: Actor, idOrName: string, records: RecordsChoice | undefined): Promise<void> {
    const { meters, runs, pipeline } = this.#parts;
    const meter = await meters.get(idOrName);
    if (runs.isRunning(meter.id)) {
      throw new WeirError(
        'conflict',
        'METER_RUNNING',
        `The meter '${meter.name}' is running; stop its runs first.`,
      );
    }
    const owners = Object.values(meter.body.owners);
    if (records === undefined && (await this.#holdsRecords(owners))) {
      throw new WeirError(
        'conflict',
        'METER_HAS_RECORDS',
        `The meter '${meter.name}' has current usage records: delete with records=keep or records=retract.`,
      );
    }
    // First of all: a meter that is left without records by a crash has covered nothing.
    await pipeline.forgetMeter(meter.id);
    if (records === 'retract') {
      const context = { run: `delete ${meter.id}`, reason: 'retract' as const, asOf: microsOf(nowInstant()) };
      for (const owner of owners) await pipeline.retractOwner(owner, context);
    }
    await meters.remove(actor, meter.id);
  }

  async #holdsRecords(owners: readonly number[]): Promise<boolean> {
    return (await this.#parts.usage.list({ owners, state: 'current' }, 1)).length > 0;
  }

  async #readersOf(storeId: string): Promise<{ meter: Stored<Meter>; plan: Plan }[]> {
    const readers: { meter: Stored<Meter>; plan: Plan }[] = [];
    for (const use of await this.#parts.meters.uses.of(storeId)) {
      if (use.role !== 'source') continue;
      const meter = await this.#parts.meters.get(use.meter);
      const plan = await this.#parts.meters.activePlan(meter);
      if (plan?.nodes.some((node) => node.node === 'scan' && node.storeId === storeId))
        readers.push({ meter, plan });
    }
    return readers;
  }
}
