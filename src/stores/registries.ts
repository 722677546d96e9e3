// Owns where the folders above announce that they use stores, or follow backfills and expiries.
import type { Actor } from '../control-plane/port.ts';
import type { EventSelection } from '../data-plane/backfill-port.ts';
import type { Plan } from '../pipeline/plan.ts';
import type { BackfillFollowers } from './backfill-types.ts';
import type { ExpiryFollowers } from './retention.ts';
import type { ComponentName, StoreUse, StoreUsers } from './types.ts';

/** Everything that uses stores. */
export class StoreUserRegistry implements StoreUsers {
  readonly #users: StoreUsers[] = [];

  register(users: StoreUsers): void {
    this.#users.push(users);
  }

  async usersOf(storeId: string): Promise<readonly StoreUse[]> {
    return (await Promise.all(this.#users.map((users) => users.usersOf(storeId)))).flat();
  }

  async usersOfAll(): Promise<ReadonlyMap<string, readonly StoreUse[]>> {
    const all = new Map<string, StoreUse[]>();
    for (const users of this.#users) {
      for (const [store, uses] of await users.usersOfAll()) {
        all.set(store, [...(all.get(store) ?? []), ...uses]);
      }
    }
    return all;
  }

  async isRunning(storeId: string): Promise<boolean> {
    return (await Promise.all(this.#users.map((users) => users.isRunning(storeId)))).includes(true);
  }

  async readsWithoutEnd(storeId: string): Promise<readonly ComponentName[]> {
    return (await Promise.all(this.#users.map((users) => users.readsWithoutEnd(storeId)))).flat();
  }
}

/** Everything that keeps something of events beside the events. */
export class ExpiryFollowerRegistry implements ExpiryFollowers {
  readonly #followers: ExpiryFollowers[] = [];

  register(followers: ExpiryFollowers): void {
    this.#followers.push(followers);
  }

  async afterExpiry(storeId: string): Promise<void> {
    for (const follower of this.#followers) await follower.afterExpiry(storeId);
  }
}

/** Everything that depends on what backfills change. */
export class BackfillFollowerRegistry implements BackfillFollowers {
  readonly #followers: BackfillFollowers[] = [];

  register(followers: BackfillFollowers): void {
    this.#followers.push(followers);
  }

  async affectedRecords(storeId: string, events: EventSelection): Promise<number> {
    const counts = await Promise.all(
      this.#followers.map((follower) => follower.affectedRecords(storeId, events)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async plansOf(storeId: string): Promise<readonly Plan[]> {
    return (await Promise.all(this.#followers.map((follower) => follower.plansOf(storeId)))).flat();
  }

  async afterBackfill(
    actor: Actor,
    storeId: string,
    span: { readonly after: bigint; readonly upTo: bigint },
    backfillId: string,
  ): Promise<readonly string[]> {
    const runs = await Promise.all(
      this.#followers.map((follower) => follower.afterBackfill(actor, storeId, span, backfillId)),
    );
    return runs.flat();
  }
}
