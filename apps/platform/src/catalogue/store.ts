import { join } from 'node:path';

import { and, desc, eq, notInArray, sql } from 'drizzle-orm';
import { v5 as uuidV5 } from 'uuid';

import { tables } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';
import { ServiceFileError } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** One licence covers what comes with the platform. */
const licenceId = uuidV5('https://opensource.org/license/mit', uuidV5.URL);

/** Brings the table up to what the folders hold. A version that is gone from them stays, but is no longer offered. */
export async function storeServices(
  database: Database,
  organisationId: string,
  manifests: readonly Manifest[],
): Promise<void> {
  const { services } = tables;
  await database.transaction(async (tx) => {
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
      };
      await tx
        .insert(services)
        .values({ ...row, id: serviceId, organisation_id: organisationId })
        .onConflictDoUpdate({ target: services.id, set: row });
    }
    const ids = manifests.map(({ serviceId }) => serviceId);
    await tx
      .update(services)
      .set({ show_in_latest: false, latest: false })
      .where(ids.length > 0 ? notInArray(services.id, ids) : sql`true`);
    for (const ssdId of new Set(manifests.map((manifest) => manifest.ssdId))) {
      const newest = manifests
        .filter((manifest) => manifest.ssdId === ssdId)
        .toSorted((a, b) => b.version - a.version)[0];
      await tx.update(services).set({ latest: true }).where(eq(services.id, newest!.serviceId));
    }
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

/** The latest version of every SSD. */
export async function latestManifests(queries: Queries): Promise<Map<string, Manifest>> {
  const rows = await queries.select().from(tables.services).where(eq(tables.services.latest, true));
  return new Map(rows.map((row) => [row.ssd_id, row.manifest as Manifest]));
}

export async function findManifest(queries: Queries, serviceId: string): Promise<Manifest | undefined> {
  const [row] = await queries.select().from(tables.services).where(eq(tables.services.id, serviceId));
  return row?.manifest as Manifest | undefined;
}

/** The highest version that is left when the latest one is deleted. */
export async function promote(tx: Queries, ssdId: string): Promise<void> {
  const { services } = tables;
  const [newest] = await tx
    .select({ id: services.id })
    .from(services)
    .where(and(eq(services.ssd_id, ssdId)))
    .orderBy(desc(services.version))
    .limit(1);
  if (newest) await tx.update(services).set({ latest: true }).where(eq(services.id, newest.id));
}
