import { access, readFile } from 'node:fs/promises';
import { availableParallelism, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { CallError } from '@fusion-platform/contract';
import { openApiDocument } from '@fusion-platform/contract/openapi';
import type { FastifyBaseLogger } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';

import { chargeStorage, createAccounts, firstOrganisation, firstStart } from './accounts/index.ts';
import type { FirstStart } from './accounts/index.ts';
import { createBackups, openChannel, perform } from './administration/index.ts';
import { createCatalogue, createPackages, createPublished } from './catalogue/index.ts';
import { createData } from './data/index.ts';
import { openDatabase } from './database/index.ts';
import type { Database } from './database/index.ts';
import { createEvents, createNotifications, createWebhooks } from './events/index.ts';
import {
  createActions,
  createExecutions,
  createOverview,
  createProvenance,
  nodeIdOf,
} from './executions/index.ts';
import { lockFolder } from './folder-lock.ts';
import { givenSettings } from './given-settings.ts';
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
import { joinNodes, readNodes } from './nodes/index.ts';
import { openObjects } from './open-objects.ts';
import { makePrivate } from './private-folder.ts';
import { createProcesses } from './processes/index.ts';
import { capacityOf, openRuntime, refuseUnrunnable, sayRuntime } from './open-runtime.ts';
import { isUnavailable, spreadFolders } from './runtimes/index.ts';
import type { Runtime, RuntimeDescription } from './runtimes/index.ts';
import { linkPackages, servicePackages } from './service-packages.ts';
import { isWithheld, SettingsError } from './settings.ts';
import { stagingObjects } from './staging-objects.ts';
import type { Settings } from './settings.ts';

export interface Platform {
  readonly url: string;
  /** Present on the first start of all. */
  readonly firstStart: FirstStart | undefined;
  close(): Promise<void>;
}

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts everything in one process: database, files, engine, HTTP. */
export async function startPlatform(settings: Settings, log: FastifyBaseLogger): Promise<Platform> {
  await makePrivate(settings.FUSION_DATA);
  for (const folder of Object.values(settings.folders)) await makePrivate(folder);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    closers.push(await lockFolder(resolve(settings.FUSION_DATA)));
    return await compose(settings, log, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function compose(
  settings: Settings,
  log: FastifyBaseLogger,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Platform> {
  const { folders } = settings;
  const starting = log.child({ part: 'start' });
  const objects = await openObjects(settings);
  const nodeId = await nodeIdOf(resolve(folders.attempts));
  await spreadFolders(resolve(folders.attempts));
  const runtime = await openRuntime(settings, {
    nodeId,
    objects: stagingObjects(objects),
    serviceFolder: async (serviceId) => await publishedServices.folderOf(serviceId),
    readOnly: servicePackages,
  });
  closers.push(async () => await runtime.close());
  // It takes as long to answer as the database to open: each on its own processor.
  const describing = describeWhenThere(runtime, starting);
  describing.catch(() => undefined);
  starting.info('opening the database');
  const database = await open(settings, (error, message) => log.warn({ err: error }, message));
  closers.push(async () => await database.close());
  const membership = await joinNodes(
    database,
    { id: nodeId, name: hostname(), version: await ownVersion(), store: storeOf(settings) },
    (error) => log.warn({ err: error, part: 'nodes' }, 'cannot say that this platform is alive'),
  );
  closers.push(membership.leave);
  const first = await prepareFirstStart(database, {
    email: settings.FUSION_ADMIN_EMAIL,
    password: settings.FUSION_ADMIN_PASSWORD,
    organisation: settings.FUSION_ORGANISATION,
    credits: settings.FUSION_INITIAL_CREDITS,
  });

  const events = await createEvents(database);
  closers.push(async () => await events.close());
  let url = '';
  const notifications = createNotifications({
    database,
    events,
    log: log.child({ part: 'notifications' }),
    settings: {
      smtpUrl: settings.FUSION_SMTP_URL,
      smtpFrom: settings.FUSION_SMTP_FROM,
      allowPrivateAddresses: settings.FUSION_ALLOW_PRIVATE_ADDRESSES,
      publicUrl: () => url,
    },
  });
  closers.push(async () => await notifications.close());
  const data = await createData({
    database,
    objects,
    events,
    log: log.child({ part: 'data' }),
    settings: {
      maximumUploadBytes: settings.FUSION_MAXIMUM_UPLOAD_BYTES,
      uploadCreditsPerGb: settings.FUSION_UPLOAD_CREDITS_PER_GB,
      analysisTimeoutSeconds: settings.FUSION_ANALYSIS_TIMEOUT_SECONDS,
      analysisMemoryMb: settings.FUSION_ANALYSIS_MEMORY_MB,
      analysisProcesses: settings.FUSION_ANALYSIS_PROCESSES ?? availableParallelism(),
      analysisFolder: resolve(folders.analysis),
      sentinel2Archive: settings.FUSION_S2_STAC_URL,
      redirectDownloads: settings.FUSION_OBJECTS_DOWNLOADS === 'redirect',
    },
    nodeId,
  });
  const catalogue = createCatalogue({ database, isWithheld, runtime: async () => await describing });
  const packages = await createPackages({
    objects,
    folder: resolve(folders.services),
    prepare: linkPackages,
  });
  const publishedServices = createPublished({
    database,
    packages,
    runtime: async () => await describing,
    imageDigest: runtime.imageDigest && (async (image) => await runtime.imageDigest!(image)),
  });
  starting.info('reading the services');
  const services = await catalogue.load(
    await serviceFolders(settings),
    await firstOrganisation(database),
    await membership.servicesElsewhere(),
  );
  await membership.offerServices(services.map(({ serviceId }) => serviceId));
  const processes = createProcesses({
    database,
    catalogue,
    data,
    settings: { maximumSlices: settings.FUSION_MAXIMUM_SLICES },
  });

  const described = await describing;
  if (settings.FUSION_SANDBOX === 'always' && described.isolation === 'none')
    throw new SettingsError([
      `FUSION_SANDBOX: components are to run in a sandbox, and there is none: ${described.warnings.join(' ')}`,
    ]);
  sayRuntime(described, services, log);
  refuseUnrunnable(described, services);
  const { slots, memoryMb } = capacityOf(settings, described);
  const executions = await createExecutions({
    database,
    events,
    objects,
    data,
    catalogue,
    processes,
    runtime,
    notify: async (tx, news) => await notifications.notify(tx, news),
    log: log.child({ part: 'executions' }),
    settings: {
      attemptsFolder: resolve(folders.attempts),
      slots,
      memoryMb,
      services: services.map(({ serviceId }) => serviceId),
      reach: described.reach,
      groupExecutions: settings.FUSION_GROUP_EXECUTIONS,
      warningDays: settings.FUSION_EXPIRY_WARNING_DAYS,
      stopDelaySeconds: settings.FUSION_STOP_DELAY_SECONDS,
      environment: settings.environment,
      blockCacheMegabytes: settings.FUSION_BLOCK_CACHE_MB,
    },
  });
  closers.push(async () => await data.close());
  closers.push(async () => await executions.close());

  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  executions.registerMetrics(metrics);
  const app = await createServer({
    database,
    accounts: await createAccounts(database),
    routes: [
      ...dataRoutes(data),
      ...serviceRoutes(catalogue),
      ...serviceVersionRoutes(publishedServices),
      ...processRoutes(processes, executions),
      ...runRoutes(processes, executions),
      ...executionRoutes(executions),
      ...componentRoutes(
        createActions({ database, catalogue, allowPrivate: settings.FUSION_ALLOW_PRIVATE_ADDRESSES }),
        createProvenance({ database, catalogue, version: await ownVersion() }),
      ),
      ...overviewRoutes(
        createOverview({
          database,
          limits: {
            slots,
            memoryMb,
            groupExecutions: settings.FUSION_GROUP_EXECUTIONS,
          },
        }),
      ),
      ...nodeRoutes(async () => await readNodes(database.queries)),
      ...webhookRoutes(
        createWebhooks({ database, allowPrivateAddresses: settings.FUSION_ALLOW_PRIVATE_ADDRESSES }),
      ),
    ],
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
      folder: join(repository, 'apps', 'dashboard', 'dist'),
      tiles: settings.FUSION_MAP_TILES,
      attribution: settings.FUSION_MAP_ATTRIBUTION,
    },
    origin: () => url,
    log,
    trustProxy: settings.FUSION_TRUST_PROXY,
    loginAttemptsPerMinute: settings.FUSION_LOGIN_ATTEMPTS,
  });
  closers.push(async () => await app.close());
  const address = await app.listen({ host: settings.FUSION_HOST, port: settings.FUSION_PORT });
  url = (settings.FUSION_PUBLIC_URL ?? address).replace(/\/+$/, '');
  await membership.offer({
    address: url,
    slots,
    memoryMb,
    runtime: described.name,
    isolation: described.isolation,
  });
  closers.push(
    await openChannel(resolve(settings.FUSION_DATA), {
      perform: async (command) => await perform(command, { database, url }),
      backup: createBackups({
        database,
        folder: resolve(settings.FUSION_DATA),
        objects: settings.FUSION_OBJECTS_S3_BUCKET === undefined ? resolve(folders.objects) : undefined,
        settings: givenSettings(process.env),
      }),
      failed: (error) =>
        log.error({ err: error, part: 'administration' }, 'a command of the operator failed'),
    }),
  );
  starting.info('taking up what the last run of the platform left');
  await data.start();
  notifications.start();
  executions.start();
  closers.push(
    chargeDaily(database, {
      creditsPerGbDay: settings.FUSION_STORAGE_CREDITS_PER_GB_DAY,
      log: log.child({ part: 'accounts' }),
    }),
  );
  log.info(
    {
      url,
      database: database.kind,
      isolation: described.isolation,
      services: services.filter(({ published }) => published).map(({ name }) => name),
    },
    'the platform is ready',
  );
  return { url, firstStart: first, close };
}

const patienceMilliseconds = 300_000;
const retryMilliseconds = 2000;

/** A runtime that cannot be reached yet, as on a machine with much else to do, is asked again. @throws after five minutes */
async function describeWhenThere(
  runtime: Runtime,
  log: Pick<FastifyBaseLogger, 'warn'>,
): Promise<RuntimeDescription> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await runtime.describe();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > deadline) throw error;
      log.warn({ err: error }, 'the runtime of components cannot be reached yet: it is tried again');
    }
    await pause(retryMilliseconds);
  }
}

const longestTimeout = 2 ** 31 - 1;

/** Charges for storage now and at the beginning of each day. @returns what ends it */
function chargeDaily(...charges: Parameters<typeof chargeStorage>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let charging: Promise<void> = Promise.resolve();
  const charge = async (): Promise<void> => {
    const next = await chargeStorage(...charges);
    if (ended) return;
    timer = setTimeout(
      () => {
        charging = charge();
      },
      Math.min(next, longestTimeout),
    );
    timer.unref();
  };
  charging = charge();
  return async () => {
    ended = true;
    clearTimeout(timer);
    await charging;
  };
}

/** @throws SettingsError when a server cannot be reached, without its address: that may hold a password */
async function open(
  { folders, DATABASE_URL: url }: Settings,
  warn: (error: unknown, message: string) => void,
): Promise<Database> {
  if (!url) return await openDatabase({ folder: folders.database, warn });
  try {
    return await openDatabase({ folder: folders.database, url });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new SettingsError([`DATABASE_URL: the server cannot be used: ${message || code}`]);
  }
}

/** @throws SettingsError for a password that the policy refuses */
async function prepareFirstStart(
  ...[database, options]: Parameters<typeof firstStart>
): Promise<FirstStart | undefined> {
  try {
    return await firstStart(database, options);
  } catch (error) {
    if (error instanceof CallError) throw new SettingsError([`FUSION_ADMIN_PASSWORD: ${error.message}`]);
    throw error;
  }
}

/** Where the files are, told apart from other places. */
function storeOf(settings: Settings): string {
  const { FUSION_OBJECTS_S3_BUCKET: bucket, FUSION_OBJECTS_S3_ENDPOINT: endpoint } = settings;
  if (bucket === undefined) return 'folder';
  return `the bucket ${[endpoint ?? 'AWS', bucket, settings.FUSION_OBJECTS_S3_PREFIX].join('/')}`;
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** @throws SettingsError for a folder that is not there */
async function serviceFolders({ FUSION_SERVICES: given }: Settings): Promise<string[]> {
  if (given === undefined) return [join(repository, 'services')];
  const paths = given
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  for (const path of paths)
    await access(path).catch(() => {
      throw new SettingsError([`FUSION_SERVICES: there is no folder ${resolve(path)}`]);
    });
  return paths;
}
