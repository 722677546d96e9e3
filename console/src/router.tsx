import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { NotFound } from './app/NotFound.tsx';
import { PageError } from './app/PageError.tsx';
import { PagePending } from './app/PagePending.tsx';
import { auditSearch, runsSearch, storeSearch, usageSearch } from './app/search.ts';
import { Shell } from './app/Shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/stores' });
  },
});
const stores = createRoute({
  getParentRoute: () => root,
  path: '/stores',
  component: lazyRouteComponent(() => import('./stores/StoresPage.tsx'), 'StoresPage'),
});
const store = createRoute({
  getParentRoute: () => root,
  path: '/stores/$store',
  validateSearch: storeSearch,
  component: lazyRouteComponent(() => import('./stores/StorePage.tsx'), 'StorePage'),
});
const definitions = createRoute({
  getParentRoute: () => root,
  path: '/definitions',
  component: lazyRouteComponent(() => import('./definitions/DefinitionsPage.tsx'), 'DefinitionsPage'),
});
const newDefinition = createRoute({
  getParentRoute: () => root,
  path: '/definitions/new',
  component: lazyRouteComponent(() => import('./definitions/NewDefinitionPage.tsx'), 'NewDefinitionPage'),
});
const definition = createRoute({
  getParentRoute: () => root,
  path: '/definitions/$definition',
  component: lazyRouteComponent(() => import('./definitions/DefinitionPage.tsx'), 'DefinitionPage'),
});
const meters = createRoute({
  getParentRoute: () => root,
  path: '/meters',
  component: lazyRouteComponent(() => import('./meters/MetersPage.tsx'), 'MetersPage'),
});
const meter = createRoute({
  getParentRoute: () => root,
  path: '/meters/$meter',
  component: lazyRouteComponent(() => import('./meters/MeterPage.tsx'), 'MeterPage'),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import('./runs/RunsPage.tsx'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$run',
  component: lazyRouteComponent(() => import('./runs/RunPage.tsx'), 'RunPage'),
});
const usage = createRoute({
  getParentRoute: () => root,
  path: '/usage',
  validateSearch: usageSearch,
  component: lazyRouteComponent(() => import('./usage/UsagePage.tsx'), 'UsagePage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./audit/AuditPage.tsx'), 'AuditPage'),
});

const keys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  component: lazyRouteComponent(() => import('./keys/KeysPage.tsx'), 'KeysPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    stores,
    store,
    definitions,
    newDefinition,
    definition,
    meters,
    meter,
    runs,
    run,
    usage,
    audit,
    keys,
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
