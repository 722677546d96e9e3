import { call, path } from './client.ts';
import { pagesOf } from './pages.ts';
import type { ApiKey, NewApiKey, Role } from './types.ts';

export const keysQuery = () => pagesOf<ApiKey>(path('api-keys'));

export const createKey = (draft: { readonly name: string; readonly role: Role }) =>
  call<NewApiKey>('POST', path('api-keys'), { json: draft });

export const revokeKey = (key: string) => call<void>('DELETE', path('api-keys', key));
