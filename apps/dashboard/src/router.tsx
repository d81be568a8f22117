import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';

import { HomePage } from './home/home-page.tsx';
import { readRunsSearch } from './runs/runs-search.ts';
import { FirstPage } from './shell/first-page.tsx';
import { NothingHere } from './shell/nothing-here.tsx';
import { Shell } from './shell/shell.tsx';
import { textsOf } from './shell/search-params.ts';
import { ErrorNotice } from './ui/error-notice.tsx';

const root = createRootRoute({ notFoundComponent: NothingHere });
const first = createRoute({ getParentRoute: () => root, path: '/', component: FirstPage });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  beforeLoad: () => {
    throw redirect({ to: '/' });
  },
});
const organisation = createRoute({ getParentRoute: () => root, path: '/o/$org', component: Shell });
const home = createRoute({ getParentRoute: () => organisation, path: '/', component: HomePage });
const runs = createRoute({
  getParentRoute: () => organisation,
  path: '/runs',
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(async () => await import('./runs/runs-page.tsx'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute: () => organisation,
  path: '/runs/$run',
  validateSearch: textsOf('tab', 'by', 'show'),
  component: lazyRouteComponent(async () => await import('./run/run-page.tsx'), 'RunPage'),
});
const component = createRoute({
  getParentRoute: () => organisation,
  path: '/components/$component',
  validateSearch: textsOf('tab', 'line', 'q'),
  component: lazyRouteComponent(async () => await import('./component/component-page.tsx'), 'ComponentPage'),
});

const processes = createRoute({
  getParentRoute: () => organisation,
  path: '/processes',
  validateSearch: textsOf('q'),
  component: lazyRouteComponent(async () => await import('./processes/processes-page.tsx'), 'ProcessesPage'),
});
const process = createRoute({
  getParentRoute: () => organisation,
  path: '/processes/$process',
  component: lazyRouteComponent(async () => await import('./processes/process-page.tsx'), 'ProcessPage'),
});
const services = createRoute({
  getParentRoute: () => organisation,
  path: '/services',
  component: lazyRouteComponent(async () => await import('./services/services-page.tsx'), 'ServicesPage'),
});
const service = createRoute({
  getParentRoute: () => organisation,
  path: '/services/$service',
  component: lazyRouteComponent(async () => await import('./services/service-page.tsx'), 'ServicePage'),
});
const data = createRoute({
  getParentRoute: () => organisation,
  path: '/data',
  component: lazyRouteComponent(async () => await import('./data/data-page.tsx'), 'DataPage'),
});
const dataItem = createRoute({
  getParentRoute: () => organisation,
  path: '/data/$data',
  component: lazyRouteComponent(async () => await import('./data/data-item-page.tsx'), 'DataItemPage'),
});
const organisationItself = createRoute({
  getParentRoute: () => organisation,
  path: '/organisation',
  component: lazyRouteComponent(
    async () => await import('./organisation/organisation-page.tsx'),
    'OrganisationPage',
  ),
});

const children = [
  home,
  runs,
  run,
  component,
  processes,
  process,
  services,
  service,
  data,
  dataItem,
  organisationItself,
];

export const router = createRouter({
  routeTree: root.addChildren([first, signIn, organisation.addChildren(children)]),
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => <ErrorNotice error={error as Error} again={reset} />,
  defaultNotFoundComponent: NothingHere,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
