import type { Readable } from 'node:stream';

import { CallError } from '@fusion-platform/contract';
import type { ListQuery, Scalar } from '@fusion-platform/contract';
import { eq, sql } from 'drizzle-orm';

import { prepared, tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import type { Manifest } from './manifest.ts';
import {
  announce,
  approveVersion,
  changeOrganisations,
  getVersion,
  judgeBefore,
  listVersions,
  packageKey,
  presentVersion,
  publish,
  readArchiveAddress,
  receive,
  refuseElsewhere,
  signArchive,
  withdrawVersion,
} from './publishing/index.ts';
import type {
  Asker,
  NewVersion,
  Packages,
  Publishing,
  ImageDigest,
  RunsWhere,
  ServiceVersionValue,
} from './publishing/index.ts';

interface VersionPage {
  readonly list: ServiceVersionValue[];
  readonly last?: Readonly<Record<string, Scalar>>;
}

/** Versions of services that organisations publish themselves. */
export interface Published {
  /** Judges a service.yaml, and gives the secret of the address that takes its archive. */
  announce(
    asker: Asker,
    archive: { readonly serviceFile: string; readonly size: number },
  ): Promise<{ readonly upload: string; readonly token: string }>;
  receive(token: string, body: Parameters<typeof receive>[3]): Promise<{ readonly sha256: string }>;
  publish(asker: Asker, version: Omit<NewVersion, keyof Asker>): Promise<ServiceVersionValue>;
  list(asker: Asker, query: ListQuery): Promise<VersionPage>;
  get(asker: Asker, id: string): Promise<ServiceVersionValue>;
  /** The secret of an address of its archive. @throws CallError `conflict` for an image */
  archiveToken(asker: Asker, id: string): Promise<string>;
  openArchive(
    token: string,
  ): Promise<{ readonly sha256: string; readonly size: number; readonly read: () => Promise<Readable> }>;
  approve(asker: Asker, id: string): Promise<ServiceVersionValue>;
  withdraw(asker: Asker, id: string, reason: string | null): Promise<ServiceVersionValue>;
  changeOrganisations(
    asker: Asker,
    id: string,
    organisations: readonly string[] | null,
  ): Promise<ServiceVersionValue>;
  /** Where a version of a service is on this machine. @throws CallError for one that was published, where no sandbox is */
  folderOf(serviceId: string): Promise<string>;
}

export function createPublished(parts: {
  readonly database: Database;
  readonly packages: Packages;
  readonly runtime: () => Promise<RunsWhere>;
  readonly imageDigest?: ImageDigest | undefined;
}): Published {
  const { database, packages, runtime, imageDigest } = parts;
  const context: Publishing = { database, packages, runtime };
  return {
    announce: async ({ organisationId, userId }, { serviceFile, size }) => {
      await judgeBefore(context, organisationId, serviceFile);
      return await announce(database, packages, { organisationId, userId, size });
    },
    receive: async (token, body) => await receive(database, packages, token, body),
    publish: async ({ organisationId, userId }, version) =>
      presentVersion(await publish(context, { organisationId, userId, ...version })),
    list: async (asker, query) => await listVersions(database, asker, query),
    get: async (asker, id) => await getVersion(database, asker, id),
    archiveToken: async (asker, id) => {
      const { sha256, name, version } = await getVersion(database, asker, id);
      if (!sha256)
        throw new CallError(
          'conflict',
          `Version ${version} of "${name}" is an image: there is no archive of it`,
        );
      return await signArchive(database.queries, sha256, asker);
    },
    openArchive: async (token) => {
      const sha256 = await readArchiveAddress(database.queries, token);
      const key = packageKey(sha256);
      const size = await packages.objects.size(key);
      return { sha256, size, read: async () => await packages.objects.get(key) };
    },
    approve: async (asker, id) => await approveVersion({ database, imageDigest }, asker, id),
    withdraw: async (asker, id, reason) => await withdrawVersion(database, asker, id, reason),
    changeOrganisations: async (asker, id, organisations) =>
      await changeOrganisations(database, asker, id, organisations),
    folderOf: async (serviceId) => {
      const { services } = tables;
      // Asked for each component: a folder is all that is needed of most.
      const [found] = await folderStatement(database.queries).execute({ id: serviceId });
      if (!found) throw new Error(`There is no service ${serviceId}`);
      if (found.source !== 'published') return found.folder;
      const [row] = await database.queries
        .select({ manifest: services.manifest })
        .from(services)
        .where(eq(services.id, serviceId));
      // Whatever has been decided elsewhere: here is where it would begin to run.
      refuseElsewhere(await runtime(), row!.manifest as Manifest);
      return found.sha256 === null ? found.folder : await packages.folderOf(found.sha256);
    },
  };
}

/** Where a version of a service is, as far as its row tells. */
const folderStatement = (queries: Queries) =>
  prepared(queries, 'service_folder', (on) =>
    on
      .select({
        source: tables.services.source,
        sha256: tables.services.package_sha256,
        folder: sql<string>`${tables.services.manifest} ->> 'folder'`,
      })
      .from(tables.services)
      .where(eq(tables.services.id, sql.placeholder('id')))
      .prepare('service_folder'),
  );
