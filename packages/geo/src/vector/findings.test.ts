import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { analyse } from '../analysis/index.ts';
import type { Analysis } from '../findings/index.ts';

const folder = resolve('../shared/findings/vector');
const TYPES: Readonly<Record<string, string>> = {
  zip: 'ESRI Shapefile',
  kml: 'KML',
  kmz: 'KMZ',
  geojson: 'GeoJSON',
};

const analysed = (fileName: string): Promise<Analysis> =>
  analyse(resolve(folder, fileName), {
    fileName,
    fileType: TYPES[fileName.split('.').at(-1) ?? ''] ?? 'Other',
  });

// The right values by GDAL 3.10, PROJ 9.5 and shapely. Areas in square metres.
test.skipIf(!existsSync(folder)).each<[string, Partial<Analysis>, number | null]>([
  ['F01_rd_new_28992.zip', { crs: 'EPSG:28992', polygons: 1 }, 1.00016e8],
  ['F02_greek_grid_2100.zip', { crs: 'EPSG:2100', polygons: 1 }, 1.000775e8],
  ['F02_israel_2039.zip', { crs: 'EPSG:2039', polygons: 1 }, 9.99934e5],
  ['F03_arctic_3995_esri_prj.zip', { crs: 'EPSG:3995', polygons: 1 }, 1.0545e12],
  ['F06_duplicate_parts.geojson', { polygons: 1 }, 4.92278e10],
  ['F07_deleted_record.zip', { polygons: 1 }, 7.892062e9],
  ['F08_tropics_belt.zip', { bounds: [-120, -20, 150, 20] }, 1.303227e14],
  ['F09_polar_square_3413.geojson', { polygons: 1 }, 4.216026e12],
  ['F15_zero_date.zip', { points: 4 }, null],
  ['F16_polygon_empty.geojson', { polygons: 1 }, 7.892062e9],
  ['F22_stac_geometrycollection.geojson', { points: 1, polygons: 1 }, 7.892062e9],
])('%s has the right value (needs shared/findings)', async (fileName, expected, area) => {
  const found = await analysed(fileName);
  expect(found).toMatchObject(expected);
  expect((found.area ?? 0) / (area ?? 1)).toBeCloseTo(area === null ? 0 : 1, 4);
});

test.skipIf(!existsSync(folder)).each<[string, string]>([
  ['F14_encoding_s25_932.zip', '東京'],
  ['F14_encoding_s29_ldid_c9.zip', 'Москва'],
  ['F14_encoding_s31_ldid_65.zip', 'Москва'],
  ['F14_encoding_s34_cpg_ldid.zip', 'Malmö'],
])('the name in %s is read (needs shared/findings)', async (fileName, name) => {
  const { selectors } = await analysed(fileName);
  expect(selectors?.find(({ selector }) => selector === 'name')?.initial_values).toEqual([name]);
});

test.skipIf(!existsSync(folder)).each<[string, RegExp]>([
  ['F05_negative_area.geojson', /hole that lies outside of its outer ring near longitude 5, latitude 5/],
  ['F05_second_island_as_hole.geojson', /hole that lies outside of its outer ring near longitude 12/],
  ['F21_empty_prj.zip', /a \.prj file with nothing in it.*Write the system into it/],
  ['F21_multipatch.zip', /multipatches.*Convert them to polygons/],
])('%s is refused, saying what to do (needs shared/findings)', async (fileName, message) => {
  await expect(analysed(fileName)).rejects.toThrow(message);
});

test.skipIf(!existsSync(folder)).each<[string, Partial<Analysis>, number | null]>([
  ['F04_one_space_vertex_lost.kml', { polygons: 1 }, 7.892062e9],
  ['F04_feature_lost.kml', { polygons: 2 }, 3.912726e10],
  ['F17_prefixed.kml', { polygons: 1 }, 7.892062e9],
  ['F18_track_gap.kml', { lines: 1 }, null],
  ['F19_networklink_inside.kmz', { polygons: 1 }, 7.892062e9],
  [
    'F20_overlay_as_region.kml',
    {
      polygons: 1,
      warnings: ['an overlay is left out: a picture laid over the Earth is no feature'],
    },
    7.892062e9,
  ],
  ['F21_spaces_message.kml', { polygons: 1 }, 7.892062e9],
  ['F21_undeclared_prefix.kml', { polygons: 1 }, 7.892062e9],
])('%s holds what GDAL finds in it (needs shared/findings)', async (fileName, expected, area) => {
  const found = await analysed(fileName);
  expect(found).toMatchObject(expected);
  expect((found.area ?? 0) / (area ?? 1)).toBeCloseTo(area === null ? 0 : 1, 4);
});
