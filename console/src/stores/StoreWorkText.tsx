import { Fragment } from 'react';
import { Link } from '@tanstack/react-router';
import type { EventStore, StoreWork } from '../api/types.ts';
import { RunLink } from '../runs/RunLink.tsx';

/** Why a store is busy, in words: what writes to it or deletes from it now. Nothing when it is idle. */
export function StoreWorkText({ store }: { readonly store: EventStore }) {
  const { activity, work } = store.status;
  if (activity === 'idle') return null;
  return (
    <>
      the store is {activity}:{' '}
      {work.map((one, index) => (
        <Fragment key={`${one.kind} ${one.id}`}>
          {index > 0 && ', '}
          <WorkName store={store.id} work={one} />
        </Fragment>
      ))}
    </>
  );
}

function WorkName({ store, work }: { readonly store: string; readonly work: StoreWork }) {
  switch (work.kind) {
    case 'run':
      return (
        <>
          the run <RunLink run={work.id} />
        </>
      );
    case 'import':
      return (
        <>
          the import <span className="font-mono text-xs">{work.id}</span>
        </>
      );
    case 'backfill':
      return (
        <>
          the backfill{' '}
          <Link
            to="/stores/$store"
            params={{ store }}
            search={{ tab: 'backfills', backfill: work.id }}
            className="font-mono text-xs text-accent hover:underline"
          >
            {work.id}
          </Link>
        </>
      );
    case 'removal':
      return <>it is being deleted</>;
  }
}
