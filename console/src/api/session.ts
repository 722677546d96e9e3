// The API key of this browser tab. It lives in sessionStorage: gone with the tab, never in a cookie.
const STORAGE = 'weir.key';

export interface Session {
  readonly key: string | null;
  /** Why the last session ended, to be shown at the login. */
  readonly reason: string | null;
}

let session: Session = { key: keyFromFragment() ?? sessionStorage.getItem(STORAGE), reason: null };
const listeners = new Set<() => void>();

/** A link may carry the key as `#key=...`: read once, stored, and removed from the address bar. */
function keyFromFragment(): string | null {
  const match = /^#key=(.+)$/.exec(location.hash);
  if (!match?.[1]) return null;
  const key = decodeFragment(match[1]);
  sessionStorage.setItem(STORAGE, key);
  history.replaceState(history.state, '', location.pathname + location.search);
  return key;
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A key with a bare percent sign was pasted unencoded: it is then the key itself.
    if (error instanceof URIError) return text;
    throw error;
  }
}

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

export function currentSession(): Session {
  return session;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function signIn(key: string): void {
  sessionStorage.setItem(STORAGE, key);
  become({ key, reason: null });
}

export function signOut(reason: string | null = null): void {
  sessionStorage.removeItem(STORAGE);
  become({ key: null, reason });
}
