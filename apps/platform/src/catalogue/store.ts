import { join } from 'node:path';

import { and, eq, notInArray, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { v5 as uuidV5 } from 'uuid';

import { tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import { chooseLatest } from './latest.ts';
import { ServiceFileError } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** One licence covers what comes with the platform. */
export const licenceId = uuidV5('https://opensource.org/license/mit', uuidV5.URL);

/**
 * Brings the table up to what the folders hold. A version that is gone from them stays, but is no longer offered,
 * unless another node has it.
 * @param elsewhere the ids of the services of the other nodes
 */
export async function storeServices(
  database: Database,
  organisationId: string,
  manifests: readonly Manifest[],
  elsewhere: readonly string[] = [],
): Promise<void> {
  const { services } = tables;
  await database.transaction(async (tx) => {
    // Nodes that start at once would each hold rows that the other comes to: one at a time writes; all may read.
    await tx.execute(sql`lock table ${services} in exclusive mode`);
    await refuseOtherIds(tx, manifests);
    for (const manifest of manifests) {
      const { serviceId, ssdId, version } = manifest;
      const row = {
        ssd_id: ssdId,
        version,
        approval_status: 'approved',
        show_in_latest: manifest.published,
        latest: false,
        dispatcher: manifest.dispatcher,
        name: manifest.name,
        categories: manifest.categories,
        keywords: manifest.keywords,
        image_id: manifest.imageId,
        definition: manifest.definition,
        license_id: licenceId,
        manifest,
        // What stands in a folder goes before what somebody has published under the same number.
        organisation_id: organisationId,
        source: 'folder' as const,
        present: true,
        service_file: null,
        package_sha256: null,
        package_size: null,
        published_by: null,
        decided_by: null,
        decided_at: null,
        withdrawn_reason: null,
      };
      await tx
        .insert(services)
        .values({ ...row, id: serviceId })
        .onConflictDoUpdate({ target: services.id, set: row });
    }
    const ids = [...manifests.map(({ serviceId }) => serviceId), ...elsewhere];
    const folders = eq(services.source, 'folder');
    await tx
      .update(services)
      .set({ show_in_latest: false, latest: false, present: false })
      .where(ids.length > 0 ? and(folders, notInArray(services.id, ids)) : folders);
    const published = await tx
      .selectDistinct({ ssdId: services.ssd_id })
      .from(services)
      .where(eq(services.source, 'published'));
    const touched = [...manifests, ...published].map(({ ssdId }) => ssdId);
    for (const ssdId of new Set(touched)) await chooseLatest(tx, ssdId);
  });
}

/** Processes name a version by its id, so the id of one that is stored stays. @throws ServiceFileError */
async function refuseOtherIds(tx: Queries, manifests: readonly Manifest[]): Promise<void> {
  const { id, ssd_id, version, manifest } = tables.services;
  const stored = await tx.select({ id, ssd_id, version, manifest }).from(tables.services);
  const faults = manifests.flatMap(({ serviceId, ssdId, version: number, folder }) => {
    const held = stored.find((row) =>
      row.id === serviceId
        ? row.ssd_id !== ssdId || row.version !== number
        : row.ssd_id === ssdId && row.version === number,
    );
    if (!held) return [];
    const problem =
      held.id === serviceId
        ? `id: ${serviceId} is the id of version ${held.version} of "${(held.manifest as Manifest).name}": leave it out and one is chosen`
        : `id: version ${number} is known by the id ${held.id}: keep that, or raise the version`;
    return [{ path: join(folder, 'service.yaml'), problems: [problem] }];
  });
  if (faults.length > 0) throw new ServiceFileError(faults);
}

/**
 * The latest version of every SSD that a chain of the organisation may have in it.
 * @param options.ownPending whether its own count that nobody has approved
 */
export async function manifestsFor(
  queries: Queries,
  { organisationId, ownPending }: { readonly organisationId: string; readonly ownPending: boolean },
): Promise<Map<string, Manifest>> {
  const { services } = tables;
  const approved = and(eq(services.approval_status, 'approved'), openTo(organisationId));
  const own = and(eq(services.approval_status, 'pending'), eq(services.organisation_id, organisationId));
  const rows = await queries
    .select({ ssd_id: services.ssd_id, manifest: services.manifest })
    .from(services)
    .where(and(eq(services.latest, true), ownPending ? or(approved, own) : approved));
  return new Map(rows.map((row) => [row.ssd_id, row.manifest as Manifest]));
}

/** Whether a version is the organisation's own, or approved and everybody's, or names the organisation among those that may run it. */
export function openTo(organisationId: string): SQL {
  const { services } = tables;
  const listed = sql`${services.manifest} -> 'organisations'`;
  return sql`(${services.organisation_id} = ${organisationId} or (${services.approval_status} = 'approved'
    and (coalesce(jsonb_typeof(${listed}), 'null') = 'null' or ${listed} @> to_jsonb(${organisationId}::text))))`;
}
