import { useQueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useSyncExternalStore } from 'react';
import { currentSession, onSessionChange } from '../api/session.ts';
import { router } from '../router.tsx';
import { Login } from './Login.tsx';

/** The login, or the pages when there is a key. The address stays, so signing in again returns to the page. */
export function App() {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  const queries = useQueryClient();
  const signedIn = session.key !== null;
  useEffect(() => {
    // What one key may read must not be shown to the next.
    if (!signedIn) queries.clear();
  }, [signedIn, queries]);
  return signedIn ? <RouterProvider router={router} /> : <Login reason={session.reason} />;
}
