import { and, asc, eq, inArray, isNull } from 'drizzle-orm';

import type { FileType } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { regionsOfItems } from './item-region.ts';

/** What a process needs to know of a data item before it takes it as an input. */
export interface DataDescription {
  readonly id: string;
  readonly name: string;
  readonly fileType: FileType | undefined;
  readonly files: number;
  /** Every file is analysed, well or not. */
  readonly ready: boolean;
  /** The output of a component that has not succeeded (yet). */
  readonly unfulfilled: boolean;
  /** Of the first file that cannot be used: its name and why. */
  readonly error: { readonly file: string; readonly reason: string } | undefined;
  /** Square metres of all files; ground that several vector files cover counts once. */
  readonly area: number;
  /** Metres, of all files. */
  readonly length: number;
  /** Bytes, of all files. */
  readonly size: number;
  readonly polygons: number;
  readonly selectors: readonly string[];
}

/** The organisation's items among `ids`; a foreign one is left out as if there were none. */
export async function describeData(
  queries: Queries,
  organisationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DataDescription>> {
  if (ids.length === 0) return new Map();
  const items = await queries
    .select()
    .from(tables.data)
    .where(and(inArray(tables.data.id, [...ids]), eq(tables.data.organisation_id, organisationId)));
  const files = await queries
    .select()
    .from(tables.dataFiles)
    .where(
      and(
        inArray(tables.dataFiles.data_id, [...ids]),
        eq(tables.dataFiles.organisation_id, organisationId),
        // What analysis made of a file is the same content once more.
        isNull(tables.dataFiles.source_id),
      ),
    )
    .orderBy(asc(tables.dataFiles.created_at), asc(tables.dataFiles.id));
  const regions = await regionsOfItems(
    queries,
    items.map(({ id }) => id),
  );
  return new Map(
    items.map((item) => {
      const own = files.filter((file) => file.data_id === item.id);
      const broken = own.find((file) => file.error);
      const sum = (pick: (file: (typeof own)[number]) => number | null): number =>
        own.reduce((total, file) => total + (pick(file) ?? 0), 0);
      return [
        item.id,
        {
          id: item.id,
          name: item.name,
          fileType: own[0]?.file_type as FileType | undefined,
          files: own.length,
          ready: own.length > 0 && own.every((file) => file.analysed_at !== null),
          unfulfilled: item.unfulfilled,
          error: broken
            ? { file: broken.file_name, reason: broken.error_reason ?? 'it cannot be used' }
            : undefined,
          area: regions.get(item.id)?.area ?? sum((file) => file.area),
          length: sum((file) => file.length),
          size: sum((file) => file.stored_size),
          polygons: sum((file) => file.polygons),
          selectors: own.flatMap((file) => (file.selectors ?? []).map(({ selector }) => selector)),
        },
      ];
    }),
  );
}
