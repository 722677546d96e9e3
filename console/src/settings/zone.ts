import { stored, useStored } from './stored.ts';

const zone = stored('zone', 'UTC');

/** The zone in which the console shows times. */
export function useZone(): string {
  return useStored(zone);
}

export const setZone = zone.set;

/** Zones worth offering first: UTC and the one of this browser. */
export function nearZones(): string[] {
  return [...new Set(['UTC', Intl.DateTimeFormat().resolvedOptions().timeZone])];
}

export function allZones(): string[] {
  const near = nearZones();
  return Intl.supportedValuesOf('timeZone').filter((name) => !near.includes(name));
}
