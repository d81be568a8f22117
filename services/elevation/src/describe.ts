import { rasterStatistics } from '@fusion-platform/geo';
import type { Kit } from '@fusion-platform/service-kit';

import type { Crop } from './crop.ts';
import { stage } from './stage.ts';
import { BINS } from './statistics-csv.ts';
import type { CountedBand } from './statistics-csv.ts';
import { derive } from './terrain/derive.ts';
import type { TerrainForm } from './terrain/forms.ts';
import { writeElevation } from './write-elevation.ts';

/** Writes the elevation, and counts each of its bands. */
export async function describeElevation(
  kit: Kit,
  clipped: string,
  bands: number,
): Promise<{ path: string; counted: CountedBand[] }> {
  const { signal } = kit;
  const output = kit.output(1, 'elevation.tif', {
    title: 'Elevation',
    description: 'Elevation in metres within the region',
  });
  const onProgress = stage(kit, [20, 30], 'Writing the elevation');
  const rows = await writeElevation({ input: clipped, bands, output, signal, onProgress });
  if (!rows.some(({ count }) => count > 0))
    kit.refuse(
      'The DEM has no elevation within the region: they lie apart, or the region is smaller than a pixel',
    );
  kit.progress(30, 'Counting statistics');
  const found = await rasterStatistics(output, { bins: BINS, signal });
  return {
    path: output,
    counted: rows.map((row, index) => ({
      row,
      unit: index === 0 ? 'm' : '',
      band: found[index] ?? null,
    })),
  };
}

/** Writes a form of the terrain, and counts it. */
export async function describeForm(
  kit: Kit,
  { clipped, dem, crop, form }: { clipped: string; dem: string; crop: Crop; form: TerrainForm },
  onProgress: (part: number) => void,
): Promise<CountedBand[]> {
  const { signal } = kit;
  const { title, description, unit = '' } = form;
  const output = kit.output(4, form.fileName, { title, description });
  const { geographic } = crop.raster.crs;
  const rows = await derive({ clipped, dem, geographic, form, output, signal, onProgress });
  const [found = null] = await rasterStatistics(output, { bins: BINS, signal });
  return rows.map((row, index) => ({ row, unit: index === 0 ? unit : '', band: index === 0 ? found : null }));
}
