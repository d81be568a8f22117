import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openApiDocument } from '@fusion-platform/contract/openapi';
import type { FastifyBaseLogger } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';

import { createAccounts } from './accounts/index.ts';
import { createWebhooks } from './events/index.ts';
import { createActions, createOverview, createProvenance } from './executions/index.ts';
import type { Executions } from './executions/index.ts';
import {
  componentRoutes,
  createServer,
  dataRoutes,
  executionRoutes,
  nodeRoutes,
  overviewRoutes,
  processRoutes,
  runRoutes,
  serveFiles,
  serveServiceArchives,
  serviceRoutes,
  serviceVersionRoutes,
  webhookRoutes,
} from './http/index.ts';
import { readNodes } from './nodes/index.ts';
import { ownVersion } from './open-foundations.ts';
import type { Foundations } from './open-foundations.ts';
import type { Subjects } from './open-subjects.ts';
import type { Settings } from './settings.ts';

interface Served {
  readonly foundations: Pick<Foundations, 'database' | 'objects' | 'runtime'>;
  readonly subjects: Pick<Subjects, 'data' | 'catalogue' | 'publishedServices' | 'processes'>;
  readonly executions: Executions;
  readonly capacity: { readonly slots: number; readonly memoryMb: number };
  /** The address that the platform is reached at, once it is. */
  readonly origin: () => string;
}

/** The HTTP server with the routes of every subject; it does not listen yet. */
export async function openServer(
  settings: Settings,
  log: FastifyBaseLogger,
  served: Served,
): Promise<Awaited<ReturnType<typeof createServer>>> {
  const { database, objects, runtime } = served.foundations;
  const { data, publishedServices } = served.subjects;
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  served.executions.registerMetrics(metrics);
  return await createServer({
    database,
    accounts: await createAccounts(database),
    routes: await routesOf(settings, served),
    plugins: [serveFiles(data), serveServiceArchives(publishedServices)],
    health: {
      checks: {
        database: async () => await database.ping(),
        objects: async () => await objects.check(),
        runtime: async () => void (await runtime.describe()),
      },
      metrics,
      metricsToken: settings.FUSION_METRICS_TOKEN,
    },
    openApi: openApiDocument,
    dashboard: {
      folder: join(fileURLToPath(new URL('../../..', import.meta.url)), 'apps', 'dashboard', 'dist'),
      tiles: settings.FUSION_MAP_TILES,
      attribution: settings.FUSION_MAP_ATTRIBUTION,
    },
    origin: served.origin,
    log,
    trustProxy: settings.FUSION_TRUST_PROXY,
    loginAttemptsPerMinute: settings.FUSION_LOGIN_ATTEMPTS,
  });
}

async function routesOf(
  settings: Settings,
  { foundations: { database }, subjects, executions, capacity }: Served,
): Promise<Parameters<typeof createServer>[0]['routes']> {
  const { data, catalogue, publishedServices, processes } = subjects;
  const allowPrivate = settings.FUSION_ALLOW_PRIVATE_ADDRESSES;
  return [
    ...dataRoutes(data),
    ...serviceRoutes(catalogue),
    ...serviceVersionRoutes(publishedServices),
    ...processRoutes(processes, executions),
    ...runRoutes(processes, executions),
    ...executionRoutes(executions),
    ...componentRoutes(
      createActions({ database, catalogue, allowPrivate }),
      createProvenance({ database, catalogue, version: await ownVersion() }),
    ),
    ...overviewRoutes(
      createOverview({
        database,
        limits: { ...capacity, groupExecutions: settings.FUSION_GROUP_EXECUTIONS },
      }),
    ),
    ...nodeRoutes(async () => await readNodes(database.queries)),
    ...webhookRoutes(createWebhooks({ database, allowPrivateAddresses: allowPrivate })),
  ];
}
