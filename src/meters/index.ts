// Owns meters: the graph of components, its rules, versions, presets, and its translation into a plan. Does
// not own what evaluates a plan (pipeline/, data-plane) nor when (runs/).
export { metersNaming } from './definition-users.ts';
export { meterVersions, meters, usageOwners, type UsageOwner } from './catalogue.ts';
export { components } from './components/index.ts';
export { streamingInboxOf } from './inboxes.ts';
export { presetSchema } from './presets.ts';
export { MeterService, type MeterInput, type MeterStoresAccess } from './service.ts';
export { METER_TYPES, type GraphProblem, type Meter, type MeterNode, type MeterVersion } from './types.ts';
