import { stacItemWith } from '@fusion-platform/geo';
import type { BandFinding, Outline } from '@fusion-platform/geo';
import { eq, sql } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { FileRow } from './claim.ts';
import type { Context } from './context.ts';
import { entry } from './ingester-entry.ts';
import { storable } from './storable.ts';

/** What an ingester changes of what a file says of itself; and of its alternative, which holds the same. */
export interface IngesterChanges {
  readonly bands?: readonly BandFinding[];
  readonly outline?: Outline | null;
  /** Percent of the place and time that was under cloud. */
  readonly cloudCover?: number;
}

interface End {
  readonly name: string;
  /** What its entry says. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly changes?: IngesterChanges;
}

/** Writes down that an ingester has ended, with what it found, in one transaction. An end that is told twice counts once. */
export async function endIngester(
  { database, events }: Context,
  fileId: string,
  { name, detail, changes = {} }: End,
): Promise<void> {
  await database.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(tables.dataFiles)
      .where(eq(tables.dataFiles.id, fileId))
      .for('update');
    if (!row?.ingesters_waiting?.includes(name)) return;
    const left = row.ingesters_waiting.filter((other) => other !== name);
    await tx
      .update(tables.dataFiles)
      .set({
        ...changed(row, changes),
        ...(changes.outline ? { geojson: JSON.stringify(changes.outline.geometry) } : {}),
        ingesters: storable({ ...row.ingesters, [name]: entry(detail) }),
        ingesters_waiting: left.length > 0 ? left : null,
        ...(left.length > 0 ? {} : { lease_owner: null, lease_until: null, analysis_tries: 0 }),
      })
      .where(eq(tables.dataFiles.id, fileId));
    if (row.alternative_id) await changeAlternative(tx, row.alternative_id, changes);
    await events.publish(tx, { kind: 'data', id: row.data_id });
  });
}

async function changeAlternative(tx: Queries, fileId: string, changes: IngesterChanges): Promise<void> {
  const [row] = await tx
    .select()
    .from(tables.dataFiles)
    .where(eq(tables.dataFiles.file_id, fileId))
    .for('update');
  if (row)
    await tx
      .update(tables.dataFiles)
      .set({ ...changed(row, changes), updated_at: sql`clock_timestamp()` })
      .where(eq(tables.dataFiles.id, row.id));
}

function changed(row: FileRow, { bands, outline, cloudCover }: IngesterChanges): Partial<FileRow> {
  const selectors =
    bands && row.selectors?.map((selector, index) => ({ ...selector, ...selectorFields(bands[index]) }));
  const stac_item =
    row.stac_item && stacItemWith(row.stac_item, { bands, outline: outline ?? undefined, cloudCover });
  return { ...(selectors ? { selectors } : {}), ...(stac_item ? { stac_item } : {}) };
}

function selectorFields(found: BandFinding | undefined): object {
  if (!found) return {};
  const { minimum, maximum, mean, sd, histogram } = found;
  return {
    minimum,
    maximum,
    mean,
    sd,
    histogram_minimum: minimum,
    histogram_maximum: maximum,
    histogram: histogram && [...histogram],
  };
}
