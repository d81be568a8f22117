import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { FastifyBaseLogger } from 'fastify';

import { firstOrganisation } from './accounts/index.ts';
import { createCatalogue, createPackages, createPublished } from './catalogue/index.ts';
import type { Catalogue, Published } from './catalogue/index.ts';
import { createData } from './data/index.ts';
import type { Data } from './data/index.ts';
import { createNotifications } from './events/index.ts';
import type { Notifications } from './events/index.ts';
import type { Closers, Foundations } from './open-foundations.ts';
import { createProcesses } from './processes/index.ts';
import type { Processes } from './processes/index.ts';
import { linkPackages } from './service-packages.ts';
import { isWithheld, SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

/** All subjects but the engine, which stands on them. */
export interface Subjects {
  readonly notifications: Notifications;
  readonly data: Data;
  readonly catalogue: Catalogue;
  readonly publishedServices: Published;
  /** Those in the folders of this platform. */
  readonly services: Awaited<ReturnType<Catalogue['load']>>;
  readonly processes: Processes;
}

export async function openSubjects(
  settings: Settings,
  log: FastifyBaseLogger,
  {
    foundations,
    closers,
    publicUrl,
  }: { readonly foundations: Foundations; readonly closers: Closers; readonly publicUrl: () => string },
): Promise<Subjects> {
  const { database, events, membership } = foundations;
  const notifications = createNotifications({
    database,
    events,
    log: log.child({ part: 'notifications' }),
    settings: {
      smtpUrl: settings.FUSION_SMTP_URL,
      smtpFrom: settings.FUSION_SMTP_FROM,
      allowPrivateAddresses: settings.FUSION_ALLOW_PRIVATE_ADDRESSES,
      publicUrl,
    },
  });
  closers.push(async () => await notifications.close());
  const data = await openData(settings, log, foundations);
  closers.push(async () => await data.close());
  const { catalogue, publishedServices } = await openCatalogue(settings, foundations);
  log.info({ part: 'start' }, 'reading the services');
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
  return { notifications, data, catalogue, publishedServices, services, processes };
}

async function openData(
  settings: Settings,
  log: FastifyBaseLogger,
  { database, objects, events, nodeId }: Pick<Foundations, 'database' | 'objects' | 'events' | 'nodeId'>,
): Promise<Data> {
  return await createData({
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
      analysisFolder: resolve(settings.folders.analysis),
      sentinel2Archive: settings.FUSION_S2_STAC_URL,
      redirectDownloads: settings.FUSION_OBJECTS_DOWNLOADS === 'redirect',
    },
    nodeId,
  });
}

async function openCatalogue(
  settings: Settings,
  { database, objects, runtime, describing }: Foundations,
): Promise<Pick<Subjects, 'catalogue' | 'publishedServices'>> {
  const described = async () => await describing;
  const catalogue = createCatalogue({ database, isWithheld, runtime: described });
  const packages = await createPackages({
    objects,
    folder: resolve(settings.folders.services),
    prepare: linkPackages,
  });
  const publishedServices = createPublished({
    database,
    packages,
    runtime: described,
    imageDigest: runtime.imageDigest && (async (image) => await runtime.imageDigest!(image)),
  });
  return { catalogue, publishedServices };
}

/** @throws SettingsError for a folder that is not there */
async function serviceFolders({ FUSION_SERVICES: given }: Settings): Promise<string[]> {
  if (given === undefined) return [join(fileURLToPath(new URL('../../..', import.meta.url)), 'services')];
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
