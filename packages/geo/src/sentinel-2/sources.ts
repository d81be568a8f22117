import type { CalcSource } from '../calc/index.ts';
import { AnalysisError } from '../findings/index.ts';
import { bandInfos, openRaster } from '../raster/index.ts';

/** In the order in which a product of level 1C lists them. */
const BANDS = [
  'B01',
  'B02',
  'B03',
  'B04',
  'B05',
  'B06',
  'B07',
  'B08',
  'B8A',
  'B09',
  'B10',
  'B11',
  'B12',
] as const;

/** A band of Sentinel-2 as its users call it, or the scene classification (SCL) of level 2A. */
export type Sentinel2Band = (typeof BANDS)[number] | 'SCL';

const NAMES: ReadonlySet<string> = new Set([...BANDS, 'SCL']);

/**
 * Where the bands of a scene are: each in a file with the band's name in its own (`B04.tif`, `scene_B04.tif`), or all
 * in one whose bands have those names, or of all 13 bands in their usual order.
 * @throws {AnalysisError} when a band is there twice, or a file cannot be read
 */
export async function sentinel2Sources(
  files: readonly { readonly path: string; readonly name: string }[],
): Promise<Map<Sentinel2Band, CalcSource>> {
  const found = new Map<Sentinel2Band, CalcSource>();
  const names = new Map<string, string>();
  for (const { path, name } of files)
    for (const [band, source] of await bandsIn(path, name)) {
      const other = found.get(band);
      if (other !== undefined)
        throw new AnalysisError(
          'invalid',
          `The band ${band} is in ${names.get(other.path)} and in ${name}: one scene at a time is worked on`,
        );
      found.set(band, source);
      names.set(source.path, name);
    }
  return found;
}

async function bandsIn(path: string, fileName: string): Promise<[Sentinel2Band, CalcSource][]> {
  const named = bandNamed(fileName.replace(/\.[^.]*$/, ''));
  if (named !== null) return [[named, { path }]];
  const { raster, close } = await openRaster(path, { fileName });
  try {
    const count = raster.dataTypes.length;
    const infos = await bandInfos(raster);
    const names = infos.map(({ name }) => bandNamed(name));
    const some = names.some((name) => name !== null);
    const bands = some || count !== BANDS.length ? names : BANDS;
    return bands.flatMap((band, index) => (band === null ? [] : [[band, { path, band: index + 1 }]]));
  } finally {
    await close();
  }
}

/** The one band whose name stands in a text as a word of its own. */
function bandNamed(text: string): Sentinel2Band | null {
  const words = text.toUpperCase().split(/[^A-Z0-9]+/);
  const names = [...new Set(words.filter((word) => NAMES.has(word)))];
  return names.length === 1 ? (names[0] as Sentinel2Band) : null;
}
