import type { ArchiveCollection, ArchiveItem } from '@fusion-platform/geo';

/** Where the elevations come from, as metadata of the raster: GDAL's keys and values. */
export function provenance(
  collection: ArchiveCollection,
  tiles: readonly ArchiveItem[],
  archive: string,
): Record<string, string> {
  const { id, title, license, providers } = collection;
  const named = title === undefined || title === id ? id : `${title} (${id})`;
  const note = syntheticNote(collection, tiles);
  return {
    SOURCE: `${named} from ${archive}`,
    SOURCE_TILES: String(tiles.length),
    ...(license === undefined ? {} : { SOURCE_LICENSE: license }),
    ...(providers.length === 0 ? {} : { SOURCE_PROVIDERS: providers.map(({ name }) => name).join(', ') }),
    ...(note === null ? {} : { SYNTHETIC: 'YES', NOTE: note }),
  };
}

const SYNTHETIC = /\bsynthetic\b/i;

/** Tiles say by themselves whether they are made up; where none does, what the collection says of itself counts. */
function syntheticNote(
  { title = '', description, keywords }: ArchiveCollection,
  tiles: readonly ArchiveItem[],
): string | null {
  const flags = tiles.map(({ properties }) => properties['fusion:synthetic']);
  const made = tiles[flags.indexOf(true)];
  const described = made?.properties['description'];
  if (typeof described === 'string') return oneLine(described);
  if (made === undefined && flags.includes(false)) return null;
  if (made === undefined && ![title, description, ...keywords].some((text) => SYNTHETIC.test(text)))
    return null;
  const said = description.split(/(?<=[.!?])\s/).find((sentence) => SYNTHETIC.test(sentence));
  return oneLine(said ?? 'Synthetic data: not the real terrain');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
