import { and, eq, or, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import type { ListQuery, Role, Scalar } from '@fusion-platform/contract';

import { firstOrganisation } from '../../accounts/index.ts';
import { selectPage, tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import { chooseLatest } from '../latest.ts';
import { buildChain } from '../chain.ts';
import type { Manifest } from '../manifest.ts';
import { manifestsFor } from '../store.ts';
import { presentVersion } from './present-version.ts';
import type { ServiceVersionValue } from './present-version.ts';
import type { ImageDigest } from './where.ts';

const { services } = tables;
type Row = typeof services.$inferSelect;

/** Who asks, and with which roles in the organisation in whose name. */
export interface Asker {
  readonly organisationId: string;
  readonly userId: string;
  readonly roles: readonly Role[];
}

/** Who may approve: members of the organisation that runs the platform, since what they approve runs for all. */
async function isAuditor(database: Database, { organisationId, roles }: Asker): Promise<boolean> {
  return roles.includes('audit_ssds') && organisationId === (await firstOrganisation(database));
}

async function visible(database: Database, asker: Asker) {
  const published = eq(services.source, 'published');
  return (await isAuditor(database, asker))
    ? published
    : and(published, eq(services.organisation_id, asker.organisationId));
}

export async function listVersions(
  database: Database,
  asker: Asker,
  query: ListQuery,
): Promise<{ list: ServiceVersionValue[]; last?: Readonly<Record<string, Scalar>> }> {
  const { rows, last } = await selectPage(database.queries, services, {
    query,
    where: await visible(database, asker),
    filterable: {
      id: services.id,
      ssd_id: services.ssd_id,
      name: services.name,
      state: services.approval_status,
    },
    searchable: [services.name, services.keywords, services.categories],
  });
  return { list: rows.map((row) => presentVersion(row, { whole: false })), ...(last ? { last } : {}) };
}

export async function getVersion(database: Database, asker: Asker, id: string): Promise<ServiceVersionValue> {
  return presentVersion(await find(database, asker, id));
}

/** Offers a version to all whom it names. @throws CallError `forbidden`, `conflict` */
export async function approveVersion(
  { database, imageDigest }: { readonly database: Database; readonly imageDigest: ImageDigest | undefined },
  asker: Asker,
  id: string,
): Promise<ServiceVersionValue> {
  const seen = await find(database, asker, id);
  if (!(await isAuditor(database, asker)))
    throw new CallError(
      'forbidden',
      'Versions are approved by members of the organisation that runs the platform who have the role "audit_ssds"',
    );
  const digest = seen.approval_status === 'pending' ? await digestOf(seen, imageDigest) : null;
  return await database.transaction(async (tx) => {
    const row = await lock(tx, seen.id);
    if (row.approval_status === 'approved') return presentVersion(row);
    if (row.approval_status === 'withdrawn')
      throw new CallError(
        'conflict',
        `Version ${row.version} of "${row.name}" was withdrawn: publish another one`,
      );
    await refusePendingParts(tx, row);
    if (digest !== null)
      await tx
        .update(services)
        .set({
          manifest: sql`jsonb_set(${services.manifest}, '{imageDigest}', ${JSON.stringify(digest)}::jsonb)`,
        })
        .where(eq(services.id, seen.id));
    return await decide(tx, row, asker, { approval_status: 'approved' });
  });
}

/**
 * What is approved is what the name of its image stands for at that moment: the one who pushes images could make it another
 * afterwards. Null for a version without one.
 * @throws CallError `conflict` where that cannot be found out
 */
async function digestOf(
  { manifest, name, version }: Row,
  imageDigest: ImageDigest | undefined,
): Promise<string | null> {
  const { image } = manifest as Manifest;
  if (!image) return null;
  const subject = `Version ${version} of "${name}" is not approved`;
  if (imageDigest === undefined)
    throw new CallError(
      'conflict',
      `${subject}: this platform runs no images, so it cannot look at ${image}`,
    );
  try {
    return await imageDigest(image);
  } catch (cause) {
    throw new CallError(
      'conflict',
      `${subject}: its image ${image} cannot be had (${cause instanceof Error ? cause.message : String(cause)}). What is approved is the image that the name stands for now`,
      { cause },
    );
  }
}

/** Takes a version back for good. */
export async function withdrawVersion(
  database: Database,
  asker: Asker,
  id: string,
  reason: string | null,
): Promise<ServiceVersionValue> {
  const seen = await find(database, asker, id);
  await refuseStranger(database, asker, seen);
  return await database.transaction(async (tx) => {
    const row = await lock(tx, seen.id);
    if (row.approval_status === 'withdrawn') return presentVersion(row);
    return await decide(tx, row, asker, { approval_status: 'withdrawn', withdrawn_reason: reason });
  });
}

/** Says who may run a version besides its own organisation. */
export async function changeOrganisations(
  database: Database,
  asker: Asker,
  id: string,
  organisations: readonly string[] | null,
): Promise<ServiceVersionValue> {
  const seen = await find(database, asker, id);
  if (seen.organisation_id !== asker.organisationId || !asker.roles.includes('create_ssds'))
    throw new CallError('forbidden', 'Only the organisation that published it says who may run it');
  const value = JSON.stringify(organisations);
  return await database.transaction(async (tx) => {
    await lock(tx, seen.id);
    await tx
      .update(services)
      .set({ manifest: sql`jsonb_set(${services.manifest}, '{organisations}', ${value}::jsonb)` })
      .where(eq(services.id, seen.id));
    return presentVersion(await read(tx, seen.id));
  });
}

async function find(database: Database, asker: Asker, id: string): Promise<Row> {
  const [row] = await database.queries
    .select()
    .from(services)
    .where(and(eq(services.id, id), await visible(database, asker)));
  if (!row) throw new CallError('not_found', `There is no published version ${id} in this organisation`);
  return row;
}

async function refuseStranger(database: Database, asker: Asker, row: Row): Promise<void> {
  const own = row.organisation_id === asker.organisationId && asker.roles.includes('create_ssds');
  if (own || (await isAuditor(database, asker))) return;
  throw new CallError('forbidden', 'This needs the role "create_ssds" in the organisation that published it');
}

async function lock(tx: Queries, id: string): Promise<Row> {
  const [row] = await tx.select().from(services).where(eq(services.id, id)).for('update');
  if (!row) throw new CallError('not_found', `There is no published version ${id}`);
  return row;
}

async function read(tx: Queries, id: string): Promise<Row> {
  const [row] = await tx.select().from(services).where(eq(services.id, id));
  return row!;
}

async function decide(
  tx: Queries,
  { id, ssd_id }: Row,
  { userId }: Asker,
  change: { readonly approval_status: string; readonly withdrawn_reason?: string | null },
): Promise<ServiceVersionValue> {
  await tx
    .update(services)
    .set({ ...change, decided_by: userId, decided_at: sql`clock_timestamp()` })
    .where(eq(services.id, id));
  await chooseLatest(tx, ssd_id);
  return presentVersion(await read(tx, id));
}

/** An approved service must not run parts that nobody has approved. @throws CallError `conflict` */
async function refusePendingParts(tx: Queries, row: Row): Promise<void> {
  const manifest = row.manifest as Manifest;
  const parts = [
    ...new Set([...chainIds(manifest), ...manifest.group_aggregators.map((one) => one.aggregator_ssd_id)]),
  ];
  const approved = await manifestsFor(tx, { organisationId: row.organisation_id, ownPending: false });
  const wanting = parts.filter((ssdId) => ssdId !== row.ssd_id && !approved.has(ssdId));
  if (wanting.length === 0) return void buildChain(manifest, new Map([...approved, [row.ssd_id, manifest]]));
  const found = await tx
    .select({ name: services.name, ssd_id: services.ssd_id })
    .from(services)
    .where(or(...wanting.map((ssdId) => eq(services.ssd_id, ssdId))));
  const names = wanting.map((ssdId) => found.find((one) => one.ssd_id === ssdId)?.name ?? ssdId);
  throw new CallError(
    'conflict',
    `Its chain runs what is not approved: ${names.join(', ')}. Approve that first`,
  );
}

const chainIds = ({ definition }: Manifest): string[] =>
  definition.flatMap(({ ssd_id, linkages }) => [ssd_id, ...linkages.map((to) => to.ssd_id)]);
