import { unionOfBounds } from '../crs/index.ts';
import type { Bounds } from '../gdal/index.ts';
import type { StacItem, StacLink } from './item.ts';

export interface StacCollection {
  readonly type: 'Collection';
  readonly stac_version: '1.1.0';
  readonly stac_extensions: readonly string[];
  readonly id: string;
  readonly title?: string;
  readonly description: string;
  readonly keywords?: readonly string[];
  readonly license: string;
  readonly providers?: readonly StacProvider[];
  readonly extent: {
    readonly spatial: { readonly bbox: readonly Bounds[] };
    readonly temporal: { readonly interval: readonly (readonly [string | null, string | null])[] };
  };
  readonly summaries?: Readonly<Record<string, unknown>>;
  readonly links: readonly StacLink[];
}

export interface StacProvider {
  readonly name: string;
  readonly description?: string;
  readonly roles?: readonly ('producer' | 'licensor' | 'processor' | 'host')[];
  readonly url?: string;
}

export interface StacCollectionOptions {
  readonly id: string;
  readonly items: readonly StacItem[];
  readonly title?: string;
  /** The title by default. */
  readonly description?: string;
  readonly keywords?: readonly string[];
  /** An SPDX name, or `other` (the default). */
  readonly license?: string;
  readonly providers?: readonly StacProvider[];
  readonly links?: readonly StacLink[];
  /** Where an item is; without it the items are not linked. */
  readonly itemHref?: (item: StacItem) => string;
}

/** The STAC Collection around items: its extent is theirs. */
export function stacCollection(options: StacCollectionOptions): StacCollection {
  const { id, items, title, keywords, providers, itemHref, links = [] } = options;
  const codes = [
    ...new Set(
      items.map(({ properties }) => properties['proj:code']).filter((code) => typeof code === 'string'),
    ),
  ];
  return {
    type: 'Collection',
    stac_version: '1.1.0',
    stac_extensions: [],
    id,
    ...(title === undefined ? {} : { title }),
    description: options.description ?? title ?? id,
    ...(keywords === undefined ? {} : { keywords }),
    license: options.license ?? 'other',
    ...(providers === undefined ? {} : { providers }),
    extent: {
      spatial: { bbox: [union(items)] },
      temporal: { interval: [interval(items)] },
    },
    ...(codes.length === 0 ? {} : { summaries: { 'proj:code': codes } }),
    links: [
      ...links,
      ...(itemHref === undefined
        ? []
        : items.map((item) => ({ rel: 'item', href: itemHref(item), type: 'application/geo+json' }))),
    ],
  };
}

/** Items without a place leave it at the whole world, since the extent is obligatory. */
function union(items: readonly StacItem[]): Bounds {
  const boxes = items.flatMap(({ bbox }) => (bbox === undefined ? [] : [bbox]));
  if (boxes.length === 0) return [-180, -90, 180, 90];
  return unionOfBounds(boxes);
}

function interval(items: readonly StacItem[]): readonly [string | null, string | null] {
  const starts = items
    .map(({ properties }) => text(properties.datetime ?? properties['start_datetime']))
    .filter((time) => time !== null);
  const ends = items
    .map(({ properties }) => text(properties.datetime ?? properties['end_datetime']))
    .filter((time) => time !== null);
  return [starts.toSorted()[0] ?? null, ends.toSorted().at(-1) ?? null];
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
