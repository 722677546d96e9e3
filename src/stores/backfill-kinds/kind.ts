// Owns what every kind of backfill says of itself. The life that they share is in ../backfills.ts.
import type { BackfillChange, EventSelection } from '../../data-plane/backfill-port.ts';
import type { Activity } from '../activity.ts';
import type { BackfillBody, BackfillFollowers } from '../backfill-types.ts';
import type { OpenStore } from '../types.ts';

export interface BackfillKind {
  /** What the store is busy with while it is carried out, and while it is undone; null: it cannot be undone. */
  readonly activity: Activity;
  readonly undoing: Activity | null;
  /** What a confirmation does. */
  readonly changeOf: (
    store: OpenStore,
    body: BackfillBody,
    followers: Pick<BackfillFollowers, 'plansOf'>,
  ) => BackfillChange | Promise<BackfillChange>;
}

/** What a preview found, as the body of the backfill begins. */
export interface Previewed {
  readonly body: Pick<
    BackfillBody,
    'kind' | 'counts' | 'notFound' | 'alreadyThere' | 'range' | 'subject' | 'upTo'
  >;
  /** The events whose dependents are counted. */
  readonly selection: EventSelection;
}
