// Owns the documents of meters: the entry of each, its versions, and the owner numbers of its targets.
import type { Collection } from '../control-plane/port.ts';
import type { Meter, MeterVersion } from './types.ts';

export const meters: Collection<Meter> = { name: 'meters', prefix: 'mt', audited: true };

/** Named `METER_ID.VERSION`, child of its meter. */
export const meterVersions: Collection<MeterVersion> = {
  name: 'meter-versions',
  prefix: 'mv',
  audited: false,
};

/** Who an owner number is; kept when the meter is deleted, so that its records can be named. */
export interface UsageOwner {
  readonly owner: number;
  readonly meter: string;
  readonly meterName: string;
  readonly node: string;
}
/** Named by the number. */
export const usageOwners: Collection<UsageOwner> = { name: 'usage-owners', prefix: 'uo', audited: false };

export const OWNER_NUMBERS = 'usage-owners';
export const METERS_MAX = 10_000;

export const versionName = (meter: string, version: number): string => `${meter}.${version}`;
