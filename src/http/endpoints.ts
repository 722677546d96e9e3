// Owns the list of all calls.
import { packageVersion } from '../package-root.ts';
import { apiKeyEndpoints } from './api-keys.ts';
import { auditEndpoints } from './audit.ts';
import { backfillEndpoints } from './backfills.ts';
import type { Endpoint } from './endpoint.ts';
import { eventDefinitionEndpoints } from './event-definitions.ts';
import { eventStoreEndpoints } from './event-stores.ts';
import { eventsOverviewEndpoints } from './events-overview.ts';
import { eventsReadEndpoints } from './events-read.ts';
import { eventsWriteEndpoints } from './events-write.ts';
import { fileEndpoints } from './files.ts';
import { healthEndpoints } from './health.ts';
import { importEndpoints } from './imports.ts';
import { meterEndpoints } from './meters.ts';
import { openApiEndpoint } from './openapi.ts';
import { queryEndpoints } from './queries.ts';
import { runEndpoints } from './runs.ts';
import { traceEndpoints } from './trace.ts';
import { usageRecordEndpoints } from './usage-records.ts';

/** In the order in which the documentation shows them. */
export const endpoints: readonly Endpoint[] = [
  ...eventDefinitionEndpoints,
  ...eventStoreEndpoints,
  ...eventsWriteEndpoints,
  ...eventsReadEndpoints,
  ...eventsOverviewEndpoints,
  ...queryEndpoints,
  ...traceEndpoints,
  ...importEndpoints,
  ...backfillEndpoints,
  ...meterEndpoints,
  ...runEndpoints,
  ...usageRecordEndpoints,
  ...fileEndpoints,
  ...apiKeyEndpoints,
  ...auditEndpoints,
  ...healthEndpoints,
  openApiEndpoint(() => endpoints, packageVersion),
];
