import { join } from 'node:path';

import { and, eq, or } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import type { ListQuery, Scalar } from '@fusion-platform/contract';

import { selectPage, tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import { aggregationsOf } from './aggregators.ts';
import type { Aggregation } from './aggregators.ts';
import { buildChain, ChainError } from './chain.ts';
import type { Chain } from './chain.ts';
import { chooseLatest } from './latest.ts';
import { ServiceFileError } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { presentService } from './present.ts';
import type { ServiceValue } from './present.ts';
import type { RunsWhere } from './publishing/index.ts';
import { refuseUnrunnable, whyUnrunnable } from './publishing/index.ts';
import { readFolders } from './read-folders.ts';
import { ruleFaults } from './rule-faults.ts';
import { manifestsFor, openTo, storeServices } from './store.ts';

interface ServicePage {
  readonly list: ServiceValue[];
  readonly last?: Readonly<Record<string, Scalar>>;
}

/** Services, their versions and the chains that they make. */
export interface Catalogue {
  /** Reads the service.yaml files of the folders. @throws ServiceFileError or ChainError naming what is wrong */
  load(
    folders: readonly string[],
    ownerId: string,
    elsewhere?: readonly string[],
  ): Promise<readonly Manifest[]>;
  /** Those that the organisation can run: latest versions, published, no dispatchers. */
  listLatest(organisationId: string, query: ListQuery): Promise<ServicePage>;
  listOwn(organisationId: string, query: ListQuery): Promise<ServicePage>;
  listDispatchers(organisationId: string, query: ListQuery): Promise<ServicePage>;
  get(organisationId: string, serviceId: string): Promise<ServiceValue>;
  update(
    organisationId: string,
    serviceId: string,
    fields: Partial<Omit<ServiceValue, 'id'>>,
  ): Promise<ServiceValue>;
  remove(organisationId: string, serviceId: string): Promise<void>;
  /** @throws CallError `not_found` */
  manifest(queries: Queries, serviceId: string): Promise<Manifest>;
  /** @throws CallError `not_found`; ChainError */
  chain(queries: Queries, serviceId: string): Promise<Chain>;
  /** What puts the slices of a service's groups together. @throws CallError `not_found`; ChainError */
  aggregations(queries: Queries, serviceId: string): Promise<readonly Aggregation[]>;
  /** A version that processes of the organisation can run now. @throws CallError `not_found`, `conflict` saying why not */
  runnable(queries: Queries, organisationId: string, serviceId: string): Promise<Manifest>;
  /** Why services of a chain that were published do not run now for the organisation: withdrawn, not open to it, or not here. */
  refusals(queries: Queries, organisationId: string, chain: Chain): Promise<readonly string[]>;
  /** The dispatchers that processes of the organisation can use. */
  dispatchers(queries: Queries, organisationId: string): Promise<readonly Manifest[]>;
}

export function createCatalogue({
  database,
  isWithheld = () => false,
  runtime = async () => ({ name: 'none', isolation: 'none', programs: [] }),
}: {
  readonly database: Database;
  /** What runs components here; without it nothing that was published runs. */
  readonly runtime?: () => Promise<RunsWhere>;
  /** Whether a service may not list a variable under `environment`. */
  readonly isWithheld?: (name: string, service: { readonly dispatcher: boolean }) => boolean;
}): Catalogue {
  const { services } = tables;
  const { queries } = database;
  const list = async (query: ListQuery, where: SQL | undefined): Promise<ServicePage> => {
    const { rows, last } = await selectPage(queries, services, {
      query,
      where,
      filterable: {
        id: services.id,
        ssd_id: services.ssd_id,
        name: services.name,
        keywords: services.keywords,
      },
      searchable: [services.name, services.keywords, services.categories],
    });
    return { list: rows.map(presentService), ...(last ? { last } : {}) };
  };
  const offered = and(eq(services.latest, true), eq(services.show_in_latest, true))!;
  const find = async (where: SQL | undefined, serviceId: string) => {
    const [row] = await queries
      .select()
      .from(services)
      .where(and(eq(services.id, serviceId), where));
    if (!row) throw new CallError('not_found', `There is no service ${serviceId} in this organisation`);
    return row;
  };
  const rowOf = async (tx: Queries, serviceId: string) => {
    const [row] = await tx.select().from(services).where(eq(services.id, serviceId));
    if (!row) throw new CallError('not_found', `There is no service ${serviceId}`);
    return row;
  };
  const manifest = async (tx: Queries, serviceId: string): Promise<Manifest> =>
    (await rowOf(tx, serviceId)).manifest as Manifest;
  /** A service, and what a chain of it may have in it: what its own organisation may run. */
  const rootOf = async (tx: Queries, serviceId: string) => {
    const row = await rowOf(tx, serviceId);
    const { organisation_id: organisationId, approval_status: state } = row;
    const latest = await manifestsFor(tx, { organisationId, ownPending: state === 'pending' });
    return { service: row.manifest as Manifest, latest };
  };

  return {
    load: async (folders, ownerId, elsewhere) => {
      const manifests = await readFolders(folders);
      refuseWithheld(manifests, isWithheld);
      const latest = new Map(
        manifests.toSorted((a, b) => a.version - b.version).map((entry) => [entry.ssdId, entry]),
      );
      refuseBrokenChains(manifests, latest);
      await storeServices(database, ownerId, manifests, elsewhere);
      return manifests;
    },
    listLatest: async (organisationId, query) =>
      await list(query, and(offered, eq(services.dispatcher, false), openTo(organisationId))),
    listOwn: async (organisationId, query) => await list(query, eq(services.organisation_id, organisationId)),
    listDispatchers: async (organisationId, query) =>
      await list(query, and(offered, eq(services.dispatcher, true), openTo(organisationId))),
    get: async (organisationId, serviceId) =>
      presentService(
        await find(
          or(
            and(eq(services.latest, true), openTo(organisationId)),
            eq(services.organisation_id, organisationId),
          ),
          serviceId,
        ),
      ),
    update: async (organisationId, serviceId, fields) => {
      const own = eq(services.organisation_id, organisationId);
      const { source } = await find(own, serviceId);
      const { name, featured, show_in_latest, categories, keywords } = fields;
      // What was approved under a name is not offered under another one.
      const open =
        source === 'published'
          ? { show_in_latest }
          : { name, featured, show_in_latest, categories, keywords };
      const changes = Object.fromEntries(Object.entries(open).filter(([, value]) => value !== undefined));
      await queries
        .update(services)
        .set({ ...changes, id: serviceId })
        .where(eq(services.id, serviceId));
      return presentService(await find(own, serviceId));
    },
    remove: async (organisationId, serviceId) => {
      const row = await find(eq(services.organisation_id, organisationId), serviceId);
      if (row.source === 'published')
        throw new CallError(
          'conflict',
          `Version ${row.version} of "${row.name}" was published, and a version stays what it was: withdraw it instead`,
        );
      await database.transaction(async (tx) => {
        const [used] = await tx
          .select({ name: tables.processes.name })
          .from(tables.processes)
          .where(eq(tables.processes.service_id, serviceId))
          .limit(1);
        if (used)
          throw new CallError(
            'conflict',
            `"${row.name}" is what the process "${used.name}" runs, perhaps not the only one: delete these first`,
          );
        await tx.delete(services).where(eq(services.id, serviceId));
        if (row.latest) await chooseLatest(tx, row.ssd_id);
      });
    },
    manifest,
    chain: async (tx, serviceId) => {
      const { service, latest } = await rootOf(tx, serviceId);
      return buildChain(service, latest);
    },
    aggregations: async (tx, serviceId) => {
      const { service, latest } = await rootOf(tx, serviceId);
      const { aggregations, faults } = aggregationsOf(service, buildChain(service, latest), latest);
      if (faults.length > 0) throw new ChainError([{ service: service.name, faults }]);
      return aggregations;
    },
    runnable: async (tx, organisationId, serviceId) => {
      const [row] = await tx.select().from(services).where(eq(services.id, serviceId));
      const own = row?.organisation_id === organisationId;
      const [open] = row
        ? await tx
            .select({ id: services.id })
            .from(services)
            .where(and(eq(services.id, serviceId), openTo(organisationId)))
        : [];
      if (!row || !open || (!own && !(row.latest && row.show_in_latest)))
        throw new CallError('not_found', `There is no service ${serviceId} for this organisation`);
      await refuseUnrunnable(row, runtime);
      return row.manifest as Manifest;
    },
    refusals: async (tx, organisationId, chain) =>
      await whyUnrunnable(
        tx,
        organisationId,
        chain.map((component) => component.manifest),
        runtime,
      ),
    dispatchers: async (tx, organisationId) => {
      const rows = await tx
        .select({ manifest: services.manifest })
        .from(services)
        .where(and(offered, eq(services.dispatcher, true), openTo(organisationId)));
      return rows
        .map(({ manifest: held }) => held as Manifest)
        .toSorted((a, b) => a.name.localeCompare(b.name));
    },
  };
}

/** @throws ServiceFileError naming every variable that no service may have */
function refuseWithheld(
  manifests: readonly Manifest[],
  isWithheld: (name: string, service: { readonly dispatcher: boolean }) => boolean,
): void {
  const faults = manifests.flatMap((manifest) => {
    const problems = manifest.environment
      .filter(({ name }) => isWithheld(name, manifest))
      .map(
        ({ name }) =>
          `environment: ${name} is a setting of the platform, which is not handed on to this service`,
      );
    return problems.length > 0 ? [{ path: join(manifest.folder, 'service.yaml'), problems }] : [];
  });
  if (faults.length > 0) throw new ServiceFileError(faults);
}

/** @throws ChainError with the faults of all that cannot be run */
function refuseBrokenChains(manifests: readonly Manifest[], latest: ReadonlyMap<string, Manifest>): void {
  const errors = manifests.flatMap((entry) => {
    try {
      const chain = buildChain(entry, latest);
      const faults = [...aggregationsOf(entry, chain, latest).faults, ...ruleFaults(entry, chain)];
      return faults.length > 0 ? [new ChainError([{ service: entry.name, faults }])] : [];
    } catch (error) {
      if (error instanceof ChainError) return [error];
      throw error;
    }
  });
  if (errors.length > 0) throw new ChainError(errors.flatMap(({ chains }) => chains));
}
