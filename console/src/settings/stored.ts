import { useSyncExternalStore } from 'react';

/** A preference of this browser, kept in localStorage and shared by all components that read it. */
export interface Stored {
  readonly get: () => string;
  readonly set: (value: string) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function stored(name: string, initial: string): Stored {
  const key = `weir.${name}`;
  const listeners = new Set<() => void>();
  return {
    get: () => localStorage.getItem(key) ?? initial,
    set: (value) => {
      localStorage.setItem(key, value);
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStored(value: Stored): string {
  return useSyncExternalStore(value.subscribe, value.get);
}
