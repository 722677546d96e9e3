// Owns the life of runs: started, queued, executed one per meter at a time, stopped, continued after a crash.
// What a run does is in execute.ts.
import type { Actor, ControlPlane, ListRequest, Stored } from '../control-plane/port.ts';
import { nowInstant } from '../clock.ts';
import type { EventStorePort } from '../data-plane/event-store-port.ts';
import type { ChangeSpan, PipelinePort } from '../data-plane/pipeline-port.ts';
import { WeirError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { MeterService } from '../meters/service.ts';
import type { Meter } from '../meters/types.ts';
import { microsOf } from '../pipeline/calendar.ts';
import { storesRead, storesWritten } from '../pipeline/plan.ts';
import type { Plan } from '../pipeline/plan.ts';
import { refuseTimeFrameOverAll } from '../pipeline/scope.ts';
import type { StoreActivity } from '../stores/activity.ts';
import type { IngestedFile } from '../stores/imports.ts';
import type { StoreReaders } from '../stores/readers.ts';
import type { OpenStore } from '../stores/types.ts';
import { executeRun } from './execute.ts';
import { ProgressMeter, progressOf } from './progress.ts';
import { rangesOf } from './ranges.ts';
import { checkSources } from './sources.ts';
import { startState } from './start-state.ts';
import { fromScope, hull, toScope } from './time-frame.ts';
import type { Run, RunMode, RunProgress, RunScope, RunSource } from './types.ts';
import { FINAL_STATUSES, runs } from './types.ts';

export interface RunRequest {
  readonly mode: RunMode;
  readonly dryRun: boolean;
  readonly scope: RunScope;
  readonly sources: Readonly<Record<string, RunSource>>;
  /** The same key gives back the same run. */
  readonly idempotencyKey?: string | undefined;
}

export interface RunParts {
  readonly control: ControlPlane;
  readonly pipeline: PipelinePort;
  readonly events: EventStorePort;
  readonly meters: MeterService;
  readonly openStore: (idOrName: string) => Promise<OpenStore>;
  readonly activity: StoreActivity;
  readonly readers: StoreReaders;
  /** Ingests an uploaded file into a store (an inbox). */
  readonly importFile: (store: OpenStore, file: string, run: string) => Promise<IngestedFile>;
  /** Rows of a slice; a default where absent. */
  readonly sliceRows?: number | undefined;
  readonly log: Log;
}

/** Runs that execute at the same time; their slices still commit one after the other. */
export const run_workers_max = 2;
const RESUME_PAGE = 1_000;

interface ActiveRun {
  readonly run: Run;
  readonly progress: ProgressMeter;
  stop: 'no' | 'graceful' | 'forced';
}

export class RunService {
  readonly #parts: RunParts;
  readonly #active = new Map<string, ActiveRun>();
  #queue: Stored<Run>[] = [];
  readonly #working = new Set<Promise<void>>();
  #closing = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Accepts a run and queues it. */
  async start(actor: Actor, meterName: string, request: RunRequest): Promise<Stored<Run>> {
    const meter = await this.#parts.meters.get(meterName);
    const plan = await this.#parts.meters.plan(meter.id, meter.body.version);
    const name = request.idempotencyKey === undefined ? undefined : `${meter.id} ${request.idempotencyKey}`;
    const known = name === undefined ? undefined : await this.#parts.control.find(runs, name);
    if (known) return known;
    checkSources(request, meter.body);
    const ranges = await rangesOf(request, meter.body, this.#parts.openStore);
    if (ranges.some((range) => range.from !== undefined || range.to !== undefined))
      refuseTimeFrameOverAll(plan);
    const reason = request.mode === 'replay' ? 'replay' : 'batch';
    return this.#accept(actor, meter, { ...request, ranges: ranges.map(toScope), reason }, name);
  }

  /** Starts a run that evaluates only what a backfill touched, of one meter that reads the store. */
  async startAfterBackfill(
    actor: Actor,
    meter: Stored<Meter>,
    backfill: string,
    span: ChangeSpan,
  ): Promise<Stored<Run>> {
    const changes = [{ storeId: span.storeId, after: String(span.after), upTo: String(span.upTo) }];
    const ranges = [{ from: null, to: null }];
    const request = { mode: 'batch' as const, dryRun: false, scope: { kind: 'all' as const }, sources: {} };
    const version = this.#nextVersion(meter);
    return this.#accept(actor, meter, { ...request, ranges, reason: 'backfill', changes, backfill, version });
  }

  /** Throws RUN_NOT_FOUND. */
  async get(id: string): Promise<Stored<Run>> {
    const stored = await this.#parts.control.get(runs, id);
    if (stored) return stored;
    throw new WeirError('not-found', 'RUN_NOT_FOUND', `There is no run '${id}'.`);
  }

  list(request: ListRequest): Promise<readonly Stored<Run>[]> {
    return this.#parts.control.list(runs, request);
  }

  async lastRunOf(meterId: string): Promise<Stored<Run> | undefined> {
    const [last] = await this.list({ parent: meterId, limit: 1, newestFirst: true });
    return last;
  }

  /** Progress, counts and result of a run as of now. */
  live(stored: Stored<Run>): { progress: RunProgress; body: Run } {
    const active = this.#active.get(stored.id);
    if (active && stored.body.status !== 'queued') {
      const { progress } = active;
      const { nodes, result, rowsRead } = progress;
      const snapshot = progress.snapshot();
      const body = { ...stored.body, nodes, result, rowsRead, slicesTotal: snapshot.slicesTotal };
      return { progress: snapshot, body };
    }
    return { progress: progressOf(stored.body), body: stored.body };
  }

  /** Whether a run of the meter is queued or going on. */
  isRunning(meterId: string): boolean {
    return (
      [...this.#active.values()].some(({ run }) => run.meter === meterId) ||
      this.#queue.some((run) => run.body.meter === meterId)
    );
  }

  /** The version that will be active when the runs that are accepted have had their turn. */
  #nextVersion({ id, body }: Stored<Meter>): number {
    const accepted = [
      ...[...this.#active.values()].map(({ run }) => run),
      ...this.#queue.map((run) => run.body),
    ];
    const last = accepted.findLast((run) => run.meter === id && !run.dryRun);
    return last?.version ?? body.activeVersion ?? body.version;
  }

  /** Graceful: ends after the slice that is being committed. Forced: drops that slice. Nothing is lost either way. */
  async stop(actor: Actor, id: string, force: boolean): Promise<Stored<Run>> {
    refuseEnded(await this.get(id));
    const active = this.#active.get(id);
    if (!active) {
      this.#queue = this.#queue.filter((queued) => queued.id !== id);
      return this.#update(actor, id, { status: 'canceled', endedAt: nowInstant() }, true);
    }
    active.stop = force ? 'forced' : 'graceful';
    const stopping = await this.#update(actor, id, { status: 'stopping' }, true);
    if (force) await this.#parts.pipeline.interrupt(id);
    return stopping;
  }

  /** Continues the runs that a dead server left. At start. */
  async resume(): Promise<void> {
    const system: Actor = { id: 'system', name: 'Weir' };
    for (let after = 0; ;) {
      const page = await this.list({ limit: RESUME_PAGE, after });
      for (const stored of page) {
        const { status } = stored.body;
        if (status === 'stopping')
          await this.#update(system, stored.id, { status: 'canceled', endedAt: nowInstant() });
        if (status === 'queued' || status === 'running') this.#queue.push(stored);
      }
      if (page.length < RESUME_PAGE) break;
      after = page.at(-1)?.position ?? after;
    }
    this.#pump();
  }

  /** Ends after the slices that are being committed; the runs go on at the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#working);
  }

  /** Resolves when no run is queued or going on. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  async #accept(
    actor: Actor,
    meter: Stored<Meter>,
    request: Pick<Run, 'mode' | 'dryRun' | 'scope' | 'sources' | 'ranges' | 'reason'> & Partial<Run>,
    name?: string,
  ): Promise<Stored<Run>> {
    const { mode, dryRun, scope, sources, ranges, reason, changes, backfill } = request;
    const body: Run = {
      meter: meter.id,
      meterName: meter.name ?? meter.id,
      version: request.version ?? meter.body.version,
      mode,
      dryRun,
      status: 'queued',
      scope,
      sources,
      ranges,
      effectiveScope: null,
      retainedFrom: null,
      asOf: nowInstant(),
      reason,
      ...(changes ? { changes } : {}),
      ...(backfill === undefined ? {} : { backfill }),
      startedBy: actor,
      startedAt: null,
      endedAt: null,
      slicesTotal: null,
      nodes: [],
      result: null,
      rowsRead: 0,
      error: null,
    };
    // The same key may have come twice at the same moment.
    const [stored, isNew] = await this.#parts.control.change(actor, async (change) => {
      const known = name === undefined ? undefined : await change.find(runs, name);
      if (known) return [known, false];
      const named = name === undefined ? {} : { name };
      return [await change.insert(runs, body, { parent: meter.id, audited: true, ...named }), true];
    });
    if (isNew) this.#queue.push(stored);
    this.#pump();
    return stored;
  }

  /** Takes the next queued runs whose meter is free. */
  #pump(): void {
    if (this.#closing) return;
    for (const stored of this.#queue) {
      if (this.#active.size >= run_workers_max) return;
      if ([...this.#active.values()].some(({ run }) => run.meter === stored.body.meter)) continue;
      this.#queue = this.#queue.filter((queued) => queued.id !== stored.id);
      const active: ActiveRun = {
        run: stored.body,
        progress: new ProgressMeter(() => performance.now()),
        stop: 'no',
      };
      this.#active.set(stored.id, active);
      const work = this.#execute(stored, active)
        .catch((error: unknown) => this.#parts.log.error('the end of a run could not be noted', { error }))
        .finally(() => {
          this.#active.delete(stored.id);
          this.#working.delete(work);
          this.#pump();
        });
      this.#working.add(work);
    }
  }

  async #execute(stored: Stored<Run>, active: ActiveRun): Promise<void> {
    const actor = stored.body.startedBy;
    const ends: (() => void)[] = [];
    try {
      await this.#update(actor, stored.id, {
        status: 'running',
        startedAt: stored.body.startedAt ?? nowInstant(),
      });
      const { meters } = this.#parts;
      const plan = await meters.plan(stored.body.meter, stored.body.version);
      ends.push(await this.#parts.readers.enter(storesRead(plan)));
      // An inbox that has not been used yet gets its table now.
      for (const storeId of storesRead(plan)) await this.#parts.openStore(storeId);
      if (!stored.body.dryRun) {
        const work = { activity: 'writing', kind: 'run', id: stored.id } as const;
        for (const storeId of storesWritten(plan)) ends.push(this.#parts.activity.begin(storeId, work));
        await meters.activate(actor, stored.body.meter, stored.body.version);
        await this.#retractRetired(stored, plan, active);
      }
      await this.#importFiles(actor, stored);
      const ended = await this.#executePlan(actor, stored, plan, active);
      // A server that shuts down leaves the run as it is: it goes on at the next start.
      if (!ended && active.stop === 'no') return;
      await this.#end(actor, stored.id, active, ended ? 'completed' : 'canceled', null);
    } catch (error) {
      await this.#fail(actor, stored, active, error);
    } finally {
      for (const end of ends) end();
    }
  }

  async #executePlan(actor: Actor, stored: Stored<Run>, plan: Plan, active: ActiveRun): Promise<boolean> {
    const { pipeline } = this.#parts;
    const { body } = stored;
    const changes = body.changes?.map((span) => ({
      storeId: span.storeId,
      after: BigInt(span.after),
      upTo: BigInt(span.upTo),
    }));
    const run = {
      plan,
      context: { run: stored.id, reason: body.reason, asOf: microsOf(body.asOf) },
      mode: body.mode,
      dryRun: body.dryRun,
      sliceRows: this.#parts.sliceRows,
      ranges: body.ranges.map(fromScope),
      startedAt: await this.#startSequences(actor, stored, plan),
      ...(changes ? { changes } : {}),
    };
    return executeRun(pipeline, run, {
      planned: async (slices, effective) => {
        active.progress.planned(slices);
        await this.#update(actor, stored.id, {
          slicesTotal: slices,
          effectiveScope: toScope(hull(effective)),
        });
      },
      committed: (result) => active.progress.committed(result),
      stopped: () => active.stop !== 'no' || this.#closing,
    });
  }

  /** Retracts what is left of targets that this version has no more, where that was decided. */
  async #retractRetired({ id, body }: Stored<Run>, plan: Plan, { progress }: ActiveRun): Promise<void> {
    const { retired = [] } = (await this.#parts.meters.get(body.meter)).body;
    const writes = plan.nodes.flatMap((node) => (node.node === 'usage-records' ? [node.owner] : []));
    const context = { run: id, reason: 'new-version' as const, asOf: microsOf(body.asOf) };
    for (const owner of retired.filter((candidate) => !writes.includes(candidate))) {
      progress.retracted(await this.#parts.pipeline.retractOwner(owner, context));
    }
  }

  /** Noted at the first start, so that a run that goes on after a crash knows what has changed since. */
  async #startSequences(actor: Actor, stored: Stored<Run>, plan: Plan): Promise<ReadonlyMap<string, bigint>> {
    const known = stored.body.startSequences;
    const state = known ? undefined : await startState(this.#parts, plan);
    if (state) await this.#update(actor, stored.id, state);
    const texts = Object.entries(known ?? state?.startSequences ?? {});
    return new Map(texts.map(([store, sequence]) => [store, BigInt(sequence)]));
  }

  /** Identity makes ingesting a file again after a crash harmless: what is there already is a duplicate. */
  async #importFiles(actor: Actor, { id, body }: Stored<Run>): Promise<void> {
    const meter = await this.#parts.meters.get(body.meter);
    let ingested: NonNullable<Run['ingested']> = {};
    for (const [node, { file }] of Object.entries(body.sources)) {
      const inbox = meter.body.inboxes[node];
      if (file === undefined || inbox === undefined) continue;
      const { counts, rejected } = await this.#parts.importFile(await this.#parts.openStore(inbox), file, id);
      await this.#parts.pipeline.keepRejectedInput(meter.id, id, node, rejected);
      ingested = { ...ingested, [node]: counts };
      await this.#update(actor, id, { ingested });
    }
  }

  async #fail(actor: Actor, stored: Stored<Run>, active: ActiveRun, error: unknown): Promise<void> {
    if (active.stop === 'forced') {
      await this.#end(actor, stored.id, active, 'canceled', null);
      return;
    }
    this.#parts.log.error('run failed', { run: stored.id, error });
    const known = error instanceof WeirError;
    await this.#end(actor, stored.id, active, 'failed', {
      code: known ? error.code : 'INTERNAL',
      detail: known ? error.message : 'The server failed; its log tells more.',
    });
  }

  async #end(
    actor: Actor,
    id: string,
    { progress }: ActiveRun,
    status: 'completed' | 'failed' | 'canceled',
    error: Run['error'],
  ): Promise<void> {
    const { nodes, result, rowsRead } = progress;
    await this.#update(actor, id, { status, error, nodes, result, rowsRead, endedAt: nowInstant() });
  }

  /** Progress of a run; `asked` when a person asks for it: then it is audited, and refused once the run has ended. */
  #update(actor: Actor, id: string, change: Partial<Run>, asked = false): Promise<Stored<Run>> {
    return this.#parts.control.change(actor, async (transaction) => {
      const stored = await transaction.get(runs, id);
      if (!stored) throw new WeirError('not-found', 'RUN_NOT_FOUND', `There is no run '${id}'.`);
      // A run may end while it is being stopped: its end stands.
      if (asked) refuseEnded(stored);
      return transaction.update(runs, id, { ...stored.body, ...change }, { audited: asked });
    });
  }
}

function refuseEnded({ id, body }: Stored<Run>): void {
  if (!FINAL_STATUSES.includes(body.status)) return;
  throw new WeirError('conflict', 'RUN_ENDED', `The run ${id} has ended already: ${body.status}.`);
}
