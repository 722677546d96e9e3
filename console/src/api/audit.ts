import { path } from './client.ts';
import { pagesOf } from './pages.ts';
import type { AuditEntry } from './types.ts';

export interface AuditFilters {
  readonly resource?: string | undefined;
  readonly actor?: string | undefined;
  readonly collection?: string | undefined;
  readonly action?: string | undefined;
}

export const auditQuery = (filters: AuditFilters) => pagesOf<AuditEntry>(path('audit'), { ...filters }, 50);
