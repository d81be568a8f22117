import { readFile, writeFile } from 'node:fs/promises';

import { rasterStatistics, runGdal, warp } from '@fusion-platform/geo';
import { runService } from '@fusion-platform/service-kit';

import { csvOf } from './csv.ts';
import { zonesOf } from './zones.ts';

/** So many polygons are worked through; more are better rasterised together. */
const mostZones = 2000;

await runService(async (_job, kit) => {
  const [raster] = kit.input(1);
  if (!raster) return kit.refuse('There is no raster');
  const property = kit.option('name_property', 'string') ?? 'name';
  const zones = [];
  for (const file of kit.input(2))
    zones.push(...zonesOf(JSON.parse(await readFile(file.path, 'utf8')), property));
  if (zones.length === 0) kit.refuse('There is no polygon among the zones');
  if (zones.length > mostZones)
    kit.refuse(`There are ${zones.length} polygons: at most ${mostZones} are taken`);

  const rows = [];
  for (const [index, { name, geometry }] of zones.entries()) {
    kit.progress((100 * index) / zones.length, name);
    const cutline = kit.scratch('zone.geojson');
    const output = kit.scratch('zone.tif');
    await writeFile(cutline, JSON.stringify(geometry));
    // In the grid of the raster as it is: nothing is resampled.
    const cut = warp({
      inputs: [raster.path],
      output,
      cutline,
      destinationNodata: Number.NaN,
      dataType: 'Float64',
      format: 'GTiff',
    });
    await runGdal(cut, { signal: kit.signal });
    const [band] = await rasterStatistics(output, { signal: kit.signal });
    const { count, minimum, maximum, mean, sd } = band!;
    if (count === 0) kit.warn(`No pixel of ${raster.name} lies in ${name}`);
    rows.push([name, count, minimum, maximum, mean, sd]);
  }
  const table = csvOf(['zone', 'count', 'minimum', 'maximum', 'mean', 'sd'], rows);
  await writeFile(kit.output(1, 'zones.csv', { title: 'Statistics of each zone' }), table);
  kit.log(`${zones.length} ${zones.length === 1 ? 'zone' : 'zones'} of ${raster.name}`);
});
