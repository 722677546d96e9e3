// Owns usage records as people and programs see them: named meters, revisions, the events behind a figure,
// export with cursors. Does not own how they come to be (pipeline/, runs/).
import type { ControlReader, Stored } from '../control-plane/port.ts';
import type { ExportFormat } from '../data-plane/event-store-port.ts';
import type { LineageEvent, PipelinePort } from '../data-plane/pipeline-port.ts';
import type { UsageFilter, UsagePort, UsageRow } from '../data-plane/usage-port.ts';
import { WeirError } from '../errors.ts';
import { usageOwners } from '../meters/catalogue.ts';
import type { MeterService } from '../meters/service.ts';
import type { Meter } from '../meters/types.ts';
import { readCursor, writeCursor } from './cursor.ts';

export interface UsageQuery {
  readonly meter?: string | undefined;
  readonly account?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly state?: 'current' | 'retracted' | undefined;
}

export interface UsageRecord extends Omit<UsageRow, 'owner' | 'record' | 'custom' | 'changeNumber'> {
  readonly id: string;
  /** Id of the meter; its records outlive it when it is deleted with `records=keep`. */
  readonly meter: string;
  readonly meterName: string;
  readonly custom: Readonly<Record<string, string | null>> | null;
  readonly changeNumber: number;
}

export interface UsageParts {
  readonly control: ControlReader;
  readonly usage: UsagePort;
  readonly pipeline: PipelinePort;
  readonly meters: MeterService;
}

const RECORD_ID = /^ur_(\d{1,18})$/;
const OWNERS_PAGE = 1_000;

export class UsageService {
  readonly #parts: UsageParts;

  constructor(parts: UsageParts) {
    this.#parts = parts;
  }

  /** In the order in which records came to be; `after` is the id of the last record of the page before. */
  async list(query: UsageQuery, limit: number, after?: string): Promise<readonly UsageRecord[]> {
    const rows = await this.#parts.usage.list(await this.#filter(query), limit, after && recordOf(after));
    return this.#present(rows);
  }

  /** Throws USAGE_RECORD_NOT_FOUND. */
  async get(id: string): Promise<UsageRecord> {
    const [record] = await this.#present([await this.#row(id)]);
    if (!record) throw notFound(id);
    return record;
  }

  /** All revisions, newest first. */
  async history(id: string): Promise<readonly UsageRecord[]> {
    await this.#row(id);
    return this.#present(await this.#parts.usage.history(recordOf(id)));
  }

  /** The events behind the current revision; none for a retracted record. */
  async events(id: string, limit: number, after?: LineageEvent): Promise<readonly LineageEvent[]> {
    const row = await this.#row(id);
    const meter = await this.#meterOf(row.owner);
    if (!meter) {
      throw new WeirError(
        'conflict',
        'LINEAGE_NOT_KEPT',
        'The meter of this record is deleted: its events cannot be told.',
      );
    }
    const plan = await this.#parts.meters.activePlan(meter);
    return plan ? this.#parts.pipeline.lineage(plan, row.record, limit, after) : [];
  }

  /**
   * A file of usage and the cursor to continue from. With `changesSince` every revision above it, in order;
   * the cursor is never past the last published commit, which is read before the file is made.
   */
  async export(
    query: UsageQuery & { readonly changesSince?: string | undefined; readonly final?: boolean | undefined },
    format: ExportFormat,
    signal?: AbortSignal,
  ): Promise<{ readonly bytes: AsyncIterable<Uint8Array>; readonly nextCursor: string }> {
    const { usage } = this.#parts;
    const changesSince = readCursor(query.changesSince, usage.timeline);
    const upTo = await usage.lastChange();
    const owners = await this.#owners();
    const bytes = usage.export({
      filter: await this.#filter(query),
      format,
      upTo,
      meters: new Map([...owners].map(([owner, { meterName }]) => [owner, meterName])),
      ...(changesSince === undefined ? {} : { changesSince }),
      ...(query.final === undefined ? {} : { final: query.final }),
      ...(signal ? { signal } : {}),
    });
    return { bytes, nextCursor: writeCursor(upTo, usage.timeline) };
  }

  async #row(id: string): Promise<UsageRow> {
    const row = RECORD_ID.test(id) ? await this.#parts.usage.get(recordOf(id)) : undefined;
    if (!row) throw notFound(id);
    return row;
  }

  async #filter({ meter, ...rest }: UsageQuery): Promise<UsageFilter> {
    const owners =
      meter === undefined ? undefined : Object.values((await this.#parts.meters.get(meter)).body.owners);
    const given = Object.entries({ account: rest.account, from: rest.from, to: rest.to, state: rest.state });
    return {
      ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
      ...(owners ? { owners } : {}),
    };
  }

  async #present(rows: readonly UsageRow[]): Promise<UsageRecord[]> {
    const owners = await this.#owners();
    return rows.map(({ owner, record, custom, changeNumber, ...row }) => ({
      id: `ur_${record}`,
      meter: owners.get(owner)?.meter ?? String(owner),
      meterName: owners.get(owner)?.meterName ?? String(owner),
      ...row,
      custom: custom === null ? null : (JSON.parse(custom) as Record<string, string | null>),
      changeNumber: Number(changeNumber),
    }));
  }

  /** Names by owner number: the meter's name of today, or its last one. */
  async #owners(): Promise<Map<number, { readonly meter: string; readonly meterName: string }>> {
    const names = new Map(
      (await this.#parts.meters.list()).map((meter) => [meter.id, meter.name ?? meter.id]),
    );
    const owners = new Map<number, { meter: string; meterName: string }>();
    for (let after = 0; ;) {
      const page = await this.#parts.control.list(usageOwners, { limit: OWNERS_PAGE, after });
      for (const { body } of page) {
        owners.set(body.owner, { meter: body.meter, meterName: names.get(body.meter) ?? body.meterName });
      }
      if (page.length < OWNERS_PAGE) return owners;
      after = page.at(-1)?.position ?? after;
    }
  }

  async #meterOf(owner: number): Promise<Stored<Meter> | undefined> {
    const entry = await this.#parts.control.find(usageOwners, String(owner));
    const found = (await this.#parts.meters.list()).find((meter) => meter.id === entry?.body.meter);
    return found;
  }
}

const recordOf = (id: string): string => RECORD_ID.exec(id)?.[1] ?? '0';

const notFound = (id: string): WeirError =>
  new WeirError('not-found', 'USAGE_RECORD_NOT_FOUND', `There is no usage record '${id}'.`);
