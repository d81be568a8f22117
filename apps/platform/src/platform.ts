import { resolve } from 'node:path';

import type { FastifyBaseLogger } from 'fastify';

import type { FirstStart } from './accounts/index.ts';
import { createBackups, openChannel, perform } from './administration/index.ts';
import { chargeDaily } from './charge-daily.ts';
import { createExecutions } from './executions/index.ts';
import type { Executions } from './executions/index.ts';
import { lockFolder } from './folder-lock.ts';
import { givenSettings } from './given-settings.ts';
import { openFoundations } from './open-foundations.ts';
import type { Closers, Foundations } from './open-foundations.ts';
import { capacityOf, refuseUnrunnable, sayRuntime } from './open-runtime.ts';
import { openServer } from './open-server.ts';
import { openSubjects } from './open-subjects.ts';
import type { Subjects } from './open-subjects.ts';
import { makePrivate } from './private-folder.ts';
import type { RuntimeDescription } from './runtimes/index.ts';
import { SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

export interface Platform {
  readonly url: string;
  /** Present on the first start of all. */
  readonly firstStart: FirstStart | undefined;
  close(): Promise<void>;
}

/** Starts everything in one process: database, files, engine, HTTP. */
export async function startPlatform(settings: Settings, log: FastifyBaseLogger): Promise<Platform> {
  await makePrivate(settings.FUSION_DATA);
  for (const folder of Object.values(settings.folders)) await makePrivate(folder);
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    closers.push(await lockFolder(resolve(settings.FUSION_DATA)));
    return { ...(await compose(settings, log, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens one part after the other, each on those before it, and lets them begin once all are there. */
async function compose(
  settings: Settings,
  log: FastifyBaseLogger,
  closers: Closers,
): Promise<Omit<Platform, 'close'>> {
  let url = '';
  const foundations = await openFoundations(settings, log, {
    closers,
    serviceFolder: async (serviceId) => await subjects.publishedServices.folderOf(serviceId),
  });
  const { database, membership } = foundations;
  const subjects = await openSubjects(settings, log, { foundations, closers, publicUrl: () => url });
  const described = await describeRuntime(settings, log, { foundations, subjects });
  const capacity = capacityOf(settings, described);
  const executions = await openEngine(settings, log, {
    foundations,
    subjects,
    capacity,
    reach: described.reach,
  });
  closers.push(async () => await executions.close());
  const app = await openServer(settings, log, {
    foundations,
    subjects,
    executions,
    capacity,
    origin: () => url,
  });
  closers.push(async () => await app.close());
  const address = await app.listen({ host: settings.FUSION_HOST, port: settings.FUSION_PORT });
  url = (settings.FUSION_PUBLIC_URL ?? address).replace(/\/+$/, '');
  const { name: runtime, isolation } = described;
  await membership.offer({ address: url, ...capacity, runtime, isolation });
  closers.push(await listenToOperator(settings, log, { database, url }));
  log.info({ part: 'start' }, 'taking up what the last run of the platform left');
  await subjects.data.start();
  subjects.notifications.start();
  executions.start();
  closers.push(
    chargeDaily(database, {
      creditsPerGbDay: settings.FUSION_STORAGE_CREDITS_PER_GB_DAY,
      log: log.child({ part: 'accounts' }),
    }),
  );
  const published = subjects.services.filter((service) => service.published);
  log.info(
    { url, database: database.kind, isolation, services: published.map(({ name }) => name) },
    'the platform is ready',
  );
  return { url, firstStart: foundations.firstStart };
}

/** @throws SettingsError where the settings or the services ask for what the runtime does not do */
async function describeRuntime(
  settings: Settings,
  log: FastifyBaseLogger,
  { foundations, subjects: { services } }: { foundations: Foundations; subjects: Subjects },
): Promise<RuntimeDescription> {
  const described = await foundations.describing;
  if (settings.FUSION_SANDBOX === 'always' && described.isolation === 'none')
    throw new SettingsError([
      `FUSION_SANDBOX: components are to run in a sandbox, and there is none: ${described.warnings.join(' ')}`,
    ]);
  sayRuntime(described, services, log);
  refuseUnrunnable(described, services);
  return described;
}

async function openEngine(
  settings: Settings,
  log: FastifyBaseLogger,
  {
    foundations,
    subjects,
    capacity,
    reach,
  }: {
    readonly foundations: Foundations;
    readonly subjects: Subjects;
    readonly capacity: ReturnType<typeof capacityOf>;
    readonly reach: RuntimeDescription['reach'];
  },
): Promise<Executions> {
  const { database, events, objects, runtime } = foundations;
  const { data, catalogue, processes, notifications, services } = subjects;
  return await createExecutions({
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
      attemptsFolder: resolve(settings.folders.attempts),
      ...capacity,
      services: services.map(({ serviceId }) => serviceId),
      reach,
      groupExecutions: settings.FUSION_GROUP_EXECUTIONS,
      warningDays: settings.FUSION_EXPIRY_WARNING_DAYS,
      stopDelaySeconds: settings.FUSION_STOP_DELAY_SECONDS,
      environment: settings.environment,
      blockCacheMegabytes: settings.FUSION_BLOCK_CACHE_MB,
    },
  });
}

/** Takes commands of the operator while the platform runs. @returns what ends it */
async function listenToOperator(
  settings: Settings,
  log: FastifyBaseLogger,
  { database, url }: { readonly database: Foundations['database']; readonly url: string },
): Promise<() => Promise<void>> {
  const { folders } = settings;
  return await openChannel(resolve(settings.FUSION_DATA), {
    perform: async (command) => await perform(command, { database, url }),
    backup: createBackups({
      database,
      folder: resolve(settings.FUSION_DATA),
      objects: settings.FUSION_OBJECTS_S3_BUCKET === undefined ? resolve(folders.objects) : undefined,
      settings: givenSettings(process.env),
    }),
    failed: (error) => log.error({ err: error, part: 'administration' }, 'a command of the operator failed'),
  });
}
