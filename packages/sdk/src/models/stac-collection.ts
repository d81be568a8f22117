type Json = Readonly<Record<string, unknown>>;

export interface StacCollectionOptions {
  /** Each item with the name of the file in which it stands. */
  readonly items: readonly { readonly item: Json; readonly fileName: string }[];
  /** The name of the file in which the collection will stand. Default `collection.json`. */
  readonly fileName?: string;
  /** Who made the data, e.g. the name of the process. */
  readonly lineage?: string;
  /** When they were made, as ISO 8601. */
  readonly createdAt?: string;
  /** With which software: names and versions. */
  readonly software?: Readonly<Record<string, string>>;
  /** An SPDX name. Default `other`: the terms are told elsewhere. */
  readonly license?: string;
  /** Default: the platform's product. */
  readonly provider?: { readonly name: string; readonly url?: string };
}

export interface StacCollection {
  readonly collection: Json;
  readonly fileName: string;
}

const processingExtension = 'https://stac-extensions.github.io/processing/v1.2.0/schema.json';

/** A STAC 1.1 collection that spans its items in space and time. */
export function stacCollection(
  about: { readonly id: string; readonly description: string },
  options: StacCollectionOptions,
): StacCollection {
  const {
    items,
    fileName = 'collection.json',
    lineage,
    createdAt,
    software,
    license = 'other',
    provider,
  } = options;
  const processing = {
    ...(lineage === undefined ? {} : { 'processing:lineage': lineage }),
    ...(createdAt === undefined ? {} : { 'processing:datetime': createdAt }),
    ...(software === undefined ? {} : { 'processing:software': software }),
  };
  const collection = {
    type: 'Collection',
    stac_version: '1.1.0',
    stac_extensions: Object.keys(processing).length > 0 ? [processingExtension] : [],
    id: about.id,
    title: about.description,
    description: about.description,
    license,
    providers: [{ name: 'Fusion Platform', roles: ['processor'], ...provider, ...processing }],
    extent: {
      spatial: { bbox: [boundsOf(items.map(({ item }) => item))] },
      temporal: { interval: [intervalOf(items.map(({ item }) => item))] },
    },
    links: [
      { rel: 'self', href: fileName, type: 'application/json' },
      { rel: 'root', href: fileName, type: 'application/json' },
      ...items.map((entry) => ({ rel: 'item', href: entry.fileName, type: 'application/geo+json' })),
    ],
  };
  return { collection, fileName };
}

/** West, south, east, north; the whole Earth when no item has bounds. Heights of 3D bounds are left out. */
function boundsOf(items: readonly Json[]): readonly number[] {
  const boxes = items.flatMap(({ bbox }) => {
    const box = (Array.isArray(bbox) ? bbox : []) as number[];
    if (box.length === 4) return [box];
    return box.length === 6 ? [[box[0]!, box[1]!, box[3]!, box[4]!]] : [];
  });
  if (boxes.length === 0) return [-180, -90, 180, 90];
  const corner = (i: number, pick: (...values: number[]) => number): number =>
    pick(...boxes.map((box) => box[i]!));
  return [corner(0, Math.min), corner(1, Math.min), corner(2, Math.max), corner(3, Math.max)];
}

function intervalOf(items: readonly Json[]): readonly (string | null)[] {
  const moments = items.flatMap(({ properties }) => {
    const { datetime, start_datetime, end_datetime } = (properties ?? {}) as Json;
    return [datetime, start_datetime, end_datetime].filter((moment) => typeof moment === 'string');
  });
  const sorted = moments.toSorted((a, b) => Date.parse(a) - Date.parse(b));
  return [sorted[0] ?? null, sorted.at(-1) ?? null];
}
