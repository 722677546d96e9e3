// A store as plain maps: what writes, backfills and their reverts should leave behind.
import type { BackfillOutcome } from '../../src/data-plane/backfill-port.ts';

export interface Version {
  readonly value: string;
  readonly minute: number;
}

/** One change of a backfill: what was there before, and the change after it. */
interface Done {
  readonly id: string;
  readonly before: Version | undefined;
  /** Number of the change, of all changes of the id. */
  readonly change: number;
}

export interface ModelBackfill {
  readonly kind: 'delete' | 'insert' | 'correct' | 'delete-matching';
  /** By id: the change that the preview saw last, and what is to be written. */
  readonly planned: ReadonlyMap<string, { readonly seen: number; readonly value?: Version }>;
  readonly done: Done[];
  state: 'previewed' | 'completed' | 'reverted';
}

export class BackfillModel {
  readonly current = new Map<string, Version>();
  /** How many versions have ended. */
  former = 0;
  readonly #changes = new Map<string, number>();
  readonly #pins = new Map<ModelBackfill, readonly string[]>();

  get pins(): number {
    return [...this.#pins.values()].reduce((sum, ids) => sum + ids.length, 0);
  }

  changeOf(id: string): number {
    return this.#changes.get(id) ?? 0;
  }

  set(id: string, value: Version | undefined): void {
    if (this.current.has(id)) this.former += 1;
    if (value) this.current.set(id, value);
    else this.current.delete(id);
    this.#changes.set(id, this.changeOf(id) + 1);
  }

  write(id: string, value: Version): void {
    if (!same(this.current.get(id), value)) this.set(id, value);
  }

  preview(kind: ModelBackfill['kind'], values: ReadonlyMap<string, Version | undefined>): ModelBackfill {
    const wanted = [...values].filter(([id]) => this.current.has(id) !== (kind === 'insert'));
    const planned = new Map(
      wanted.map(([id, value]) => [id, { seen: this.changeOf(id), ...(value ? { value } : {}) }]),
    );
    return { kind, planned, done: [], state: 'previewed' };
  }

  confirm(backfill: ModelBackfill): Pick<BackfillOutcome, 'deleted' | 'inserted' | 'replaced' | 'skipped'> {
    const counts = { deleted: 0, inserted: 0, replaced: 0, skipped: 0 };
    const pinned: string[] = [];
    for (const [id, { seen, value }] of backfill.planned) {
      // An insert asks only whether the id is there: one that came and went again is not.
      const holds = backfill.kind === 'insert' ? !this.current.has(id) : this.changeOf(id) === seen;
      if (!holds) {
        counts.skipped += 1;
        continue;
      }
      pinned.push(id);
      const before = this.current.get(id);
      if (backfill.kind === 'correct' && same(before, value)) continue;
      this.set(id, value);
      backfill.done.push({ id, before, change: this.changeOf(id) });
      counts[before === undefined ? 'inserted' : value === undefined ? 'deleted' : 'replaced'] += 1;
    }
    if (backfill.kind !== 'delete-matching') this.#pins.set(backfill, pinned);
    backfill.state = 'completed';
    return counts;
  }

  revert(backfill: ModelBackfill): { readonly undone: number; readonly skipped: number } {
    let undone = 0;
    for (const { id, before, change } of backfill.done) {
      if (this.changeOf(id) !== change) continue;
      this.set(id, before);
      undone += 1;
    }
    this.#pins.delete(backfill);
    backfill.state = 'reverted';
    return { undone, skipped: backfill.done.length - undone };
  }
}

const same = (left: Version | undefined, right: Version | undefined): boolean =>
  left?.value === right?.value && left?.minute === right?.minute;
