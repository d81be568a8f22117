import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { analyse } from '../analysis/index.ts';

const folder = resolve('../shared/findings/raster');

// The right values by GDAL 3.10 and PROJ 9.5.
test.skipIf(!existsSync(folder)).each([
  ['R01_rd_new_28992.tif', 'EPSG:28992', [5.387204, 52.149779, 5.398894, 52.155172]],
  [
    'R05_pcs2838_units_foot.tif',
    'NAD83(HARN) / Oregon North',
    [-122.630932, 45.606094, -122.630772, 45.606179],
  ],
  ['R06_epsg3832.tif', 'EPSG:3832', [167.966306, -9.059463, 168.038171, -9.005883]],
  ['R12_israel_2039.tif', 'EPSG:2039', [34.999662, 31.48652, 35.008094, 31.491944]],
  ['R13_hartebeesthoek_2048.tif', 'EPSG:2048', [18.975982, 26.209092, 19, 26.225341]],
  ['R13_krovak_5514.tif', 'EPSG:5514', [14.454432, 50.112396, 14.466653, 50.118717]],
  ['R20_arcgis_pe_string.tif', 'EPSG:3857', [-105.835635, 43.629693, -105.833479, 43.630863]],
])('%s lies where PROJ puts it (needs shared/findings)', async (fileName, crs, bounds) => {
  const found = await analyse(resolve(folder, fileName), { fileName, fileType: 'GeoTIFF' });
  expect(found.crs).toBe(crs);
  for (const [side, degrees] of bounds.entries()) expect(found.bounds?.[side]).toBeCloseTo(degrees, 5);
});

test.skipIf(!existsSync(folder)).each(['R04_local_site.tif', 'R04_local_hang.tif'])(
  '%s lies nowhere on Earth (needs shared/findings)',
  async (fileName) => {
    const found = await analyse(resolve(folder, fileName), { fileName, fileType: 'GeoTIFF' });
    expect(found).toMatchObject({ crs: null, bounds: null, area: null });
    expect(found.warnings).toEqual([
      'it is in a local system, of a building site for one (Site grid), so it lies nowhere on Earth',
    ]);
  },
);
