// The crash suite: a real server, killed at random moments while clients write, meters run, events are
// backfilled and restored, expire, and the log is written into the file; after each restart everything that was promised is compared with what is there. A seed gives the same
// events and delays again; where a delay hits the server is up to the machine.
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { BuiltServer, ServerProcess } from '../server-process.ts';
import { Aging } from './aging.ts';
import { checkEvents, checkFigures, checkNumbers, checkSettled, replayAll } from './checks.ts';
import type { CrashEvent } from './events.ts';
import { Ledger } from './ledger.ts';
import { seededRandom } from './random.ts';
import type { Random } from './random.ts';
import { METERS, setUp } from './setup.ts';
import { ask, finish, undertake } from './undertaking.ts';
import type { Undertaking } from './undertaking.ts';
import { KEY, client, untilDeath } from './weir.ts';
import type { Weir } from './weir.ts';

const CLIENTS = 4;
/** `revert` comes after `backfill`, whose work it undoes. */
const KINDS = ['ingest', 'backfill', 'revert', 'everything', 'checkpoint', 'retention', 'replay'] as const;
type Kind = (typeof KINDS)[number];
/** A server is killed this long after its work began, at most. */
const LIFE_MS_MAX: Readonly<Record<Kind, number>> = {
  ingest: 1_200,
  backfill: 350,
  revert: 350,
  everything: 1_000,
  checkpoint: 600,
  retention: 350,
  replay: 350,
};
const RECOVERY_KILLED = 0.2;
const SHUTDOWN_MS_MAX = 250;

export interface CrashReport {
  kills: number;
  killedRecoveries: number;
  readonly inDoubt: Record<string, number>;
  readonly kinds: Record<string, number>;
  events: number;
  resumedRuns: number;
}

export interface CrashOptions {
  readonly built: BuiltServer;
  readonly directory: string;
  readonly kills: number;
  readonly seed: number;
}

export class CrashSuite {
  readonly report: CrashReport = {
    kills: 0,
    killedRecoveries: 0,
    inDoubt: {},
    kinds: {},
    events: 0,
    resumedRuns: 0,
  };
  readonly #options: CrashOptions;
  readonly #random: Random;
  readonly #ledgers: readonly Ledger[];
  readonly #aging: Aging;
  #undertaking: Undertaking | undefined;
  #doomed: string | undefined;
  #kind: Kind | undefined;
  #server: ServerProcess | undefined;
  #weir: Weir | undefined;

  constructor(options: CrashOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#aging = new Aging(this.#random.fork());
    this.#ledgers = Array.from({ length: CLIENTS }, (_, at) => new Ledger(`c${at}`, this.#random.fork()));
  }

  /** Runs rounds until the server has been killed often enough, then compares everything once more. */
  async run(): Promise<CrashReport> {
    await this.#start();
    await setUp(this.#api);
    // A first replay makes the meters active, so that backfills have something to follow.
    await this.#fill();
    await replayAll(this.#api);
    for (let round = 0; this.report.kills < this.#options.kills; round += 1) {
      await this.#round(KINDS[round % KINDS.length]!);
      if (round % 10 === 9) process.stdout.write(`crash suite: ${this.report.kills} kills so far\n`);
    }
    await replayAll(this.#api);
    await checkFigures(this.#api, this.#ledgers);
    for (const result of await replayAll(this.#api)) {
      expect(result).toMatchObject({ inserted: 0, revised: 0, retracted: 0 });
    }
    await checkNumbers(this.#api);
    this.report.events = this.#ledgers.reduce((sum, ledger) => sum + ledger.events.size, 0);
    return this.report;
  }

  get #api(): Weir {
    if (!this.#weir) throw new Error('no server is running');
    return this.#weir;
  }

  async #start(): Promise<void> {
    const { built, directory } = this.#options;
    this.#server = built.start(directory, { WEIR_ADMIN_KEY: KEY });
    this.#weir = client(await this.#server.ready);
  }

  async #kill(): Promise<void> {
    this.#server?.child.kill('SIGKILL');
    await this.#server?.exit;
    this.report.kills += 1;
  }

  async #round(kind: Kind): Promise<void> {
    this.#kind = kind;
    this.report.kinds[kind] = (this.report.kinds[kind] ?? 0) + 1;
    await this.#prepare(kind);
    const work = this.#workOf(kind);
    await pause(this.#random.below(LIFE_MS_MAX[kind]));
    // Asked to end, a server writes its log into its file: it dies while it does.
    if (kind === 'checkpoint') this.#server?.child.kill('SIGTERM');
    if (kind === 'checkpoint') await pause(this.#random.below(SHUTDOWN_MS_MAX));
    await this.#kill();
    await Promise.all(work);
    await this.#recover();
    await this.#checkAfter(kind);
  }

  async #prepare(kind: Kind): Promise<void> {
    if (kind === 'backfill') {
      await replayAll(this.#api);
      this.#undertaking = await undertake(this.#api, this.#ledgers, this.#random);
      const { kind: what } = this.#undertaking;
      this.report.kinds[what] = (this.report.kinds[what] ?? 0) + 1;
    }
    if (kind === 'everything') this.#doomed = await this.#previewDelete();
    if (kind === 'retention') await this.#aging.prepare(this.#api);
  }

  #workOf(kind: Kind): Promise<void>[] {
    const weir = this.#api;
    const writing = (): Promise<void>[] => this.#ledgers.map((one) => this.#write(one));
    const replaying = (): Promise<void>[] => METERS.map((one) => this.#replay(one));
    switch (kind) {
      case 'ingest':
      case 'checkpoint':
        return writing();
      case 'replay':
        return replaying();
      case 'backfill':
        return [ask(weir, this.#undertaken, 'confirm')];
      case 'revert':
        return [ask(weir, this.#undertaken, 'revert')];
      case 'retention':
        return [this.#aging.shorten(weir), ...replaying()];
      case 'everything':
        return [...writing(), ...replaying(), this.#confirm(this.#doomed ?? '')];
    }
  }

  get #undertaken(): Undertaking {
    if (!this.#undertaking) throw new Error('no backfill was previewed');
    return this.#undertaking;
  }

  /** Starts again; now and then the server dies while it is still recovering from the last time. */
  async #recover(): Promise<void> {
    while (this.#random.chance(RECOVERY_KILLED)) {
      this.#server = this.#options.built.start(this.#options.directory, { WEIR_ADMIN_KEY: KEY });
      const starting = this.#server;
      await Promise.race([starting.ready.catch(() => undefined), pause(this.#random.below(900))]);
      await this.#kill();
      this.report.killedRecoveries += 1;
    }
    await this.#start();
  }

  async #checkAfter(kind: Kind): Promise<void> {
    const weir = this.#api;
    const { items } = await weir.get<{ items: { status: string }[] }>('/v1/runs?limit=20');
    this.report.resumedRuns += items.filter(
      ({ status }) => status === 'running' || status === 'queued',
    ).length;
    await checkSettled(weir);
    if (kind === 'everything') await this.#finishDelete(this.#doomed ?? '');
    if (kind === 'backfill') await finish(weir, this.#undertaken, 'confirm');
    if (kind === 'revert') await finish(weir, this.#undertaken, 'revert');
    if (kind === 'retention') await this.#aging.check(weir);
    for (const outcome of await checkEvents(weir, this.#ledgers)) {
      this.report.inDoubt[outcome] = (this.report.inDoubt[outcome] ?? 0) + 1;
    }
    if (kind === 'ingest' || kind === 'checkpoint') return;
    // Runs that were accepted go on by themselves; a run that was not accepted is started here. What a backfill
    // touched is evaluated without one.
    if (kind !== 'backfill' && kind !== 'revert') await replayAll(weir);
    await checkFigures(weir, this.#ledgers);
  }

  /** A confirmation that was not answered may have been lost; one that was taken goes on by itself. */
  async #finishDelete(backfill: string): Promise<void> {
    const weir = this.#api;
    const path = `/v1/backfills/${backfill}`;
    let state = await weir.get<{ status: string }>(path);
    if (state.status === 'previewed') {
      await weir.post(`${path}/confirm`, { reconcile: true });
      await checkSettled(weir);
      state = await weir.get(path);
    }
    expect(state).toMatchObject({ status: 'completed', changedSincePreview: [] });
  }

  async #previewDelete(): Promise<string> {
    const ids = this.#ledgers.flatMap((ledger) => ledger.surrender(1 + this.#random.below(40)));
    const csv = ['id', ...ids, ''].join('\n');
    const path = '/v1/event-stores/crash/backfills?kind=delete';
    const preview = await this.#api.post<{ id: string }>(path, csv, 'text/csv');
    expect(preview).toMatchObject({ counts: { input: ids.length, matched: ids.length, notFound: 0 } });
    return preview.id;
  }

  async #fill(): Promise<void> {
    for (const ledger of this.#ledgers) {
      for (let batch = 0; batch < 10; batch += 1) await this.#send(ledger);
    }
  }

  #write(ledger: Ledger): Promise<void> {
    return untilDeath(async () => {
      for (;;) await this.#send(ledger);
    });
  }

  async #send(ledger: Ledger): Promise<void> {
    const [body, type] = encode(ledger.nextBatch());
    const answer = await this.#api.post('/v1/event-stores/crash/events', body, type);
    const due = { ...ledger.expected(), rejected: [], ignoredFields: 0 };
    expect(answer, `kill ${this.report.kills}, in a round of ${this.#kind}`).toEqual(due);
    ledger.acknowledged();
  }

  #replay(meter: string): Promise<void> {
    return untilDeath(async () => {
      const path = `/v1/meters/${encodeURIComponent(meter)}/runs`;
      for (;;) {
        const { id } = await this.#api.post<{ id: string }>(path, { mode: 'replay', scope: { kind: 'all' } });
        while ((await this.#api.get<{ status: string }>(`/v1/runs/${id}`)).status !== 'completed')
          await pause(5);
      }
    });
  }

  #confirm(backfill: string): Promise<void> {
    return untilDeath(async () => {
      await this.#api.post(`/v1/backfills/${backfill}/confirm`, { reconcile: true });
    });
  }
}

/** As NDJSON when many, as a JSON array when few. */
function encode(events: readonly CrashEvent[]): [string, string] {
  if (events.length < 20) return [JSON.stringify(events), 'application/json'];
  return [events.map((event) => JSON.stringify(event)).join('\n'), 'application/x-ndjson'];
}
