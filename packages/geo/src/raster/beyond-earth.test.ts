import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { analyse } from '../analysis/index.ts';
import type { Analysis } from '../findings/index.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const run = promisify(execFile);

beforeAll(async () => {
  const data = Float32Array.from({ length: 90 * 60 }, (_, at) => at);
  const size = { width: 90, height: 60, bounds: [0, 50, 9, 56] as const };
  await writeGeoTiff(file('base.tif'), { ...size, crs: 'EPSG:4326', data });
});

async function made(...words: readonly string[]): Promise<Analysis> {
  await run('gdal_translate', ['-q', ...words, file('base.tif'), file('made.tif')]);
  return await analyse(file('made.tif'), { fileName: 'made.tif', fileType: 'GeoTIFF' });
}

const square = (half: number): string[] => [-half, half, half, -half].map(String);
const disk = square(5_568_748);

describe.skipIf(nativeAbsent)('an image that reaches beyond the Earth (skipped where GDAL is absent)', () => {
  // Bounds and areas by pyproj 3.7 (PROJ 9.5): where forward() is finite on a grid of 0.09 degrees, on the ellipsoid.
  test.each([
    ['Meteosat', '+proj=geos +h=35785831 +lon_0=0 +ellps=WGS84', disk, [-81.3, -81.3, 81.3, 81.3], 216.43e12],
    [
      'Himawari',
      '+proj=geos +h=35785863 +lon_0=140.7 +ellps=WGS84',
      disk,
      [59.4, -81.3, -138, 81.3],
      216.43e12,
    ],
    [
      'half of the Earth with a pole',
      '+proj=ortho +lat_0=40 +lon_0=-100 +ellps=WGS84',
      square(6_400_000),
      [-180, -50, 180, 90],
      255.03e12,
    ],
    [
      'the world in an oval',
      'ESRI:54009',
      ['-18040095.7', '9020047.85', '18040095.7', '-9020047.85'],
      [-180, -90, 180, 90],
      510.066e12,
    ],
    [
      'the world of MODIS',
      '+proj=sinu +R=6371007.181 +units=m',
      ['-20015109.354', '10007554.677', '20015109.354', '-10007554.677'],
      [-180, -90, 180, 90],
      510.066e12,
    ],
  ])('has the bounds and the area of what lies on it: %s', async (_, srs, corners, bounds, area) => {
    const found = await made('-a_srs', srs, '-a_ullr', ...corners);
    for (const [side, degrees] of bounds.entries())
      expect(Math.abs(found.bounds![side]! - degrees)).toBeLessThan(0.1);
    expect(Math.abs(found.area! / area - 1)).toBeLessThan(1e-3);
    expect(found.outline).not.toBeNull();
    expect(found.warnings?.join()).toMatch(
      /parts of it lie beyond the Earth: its bounds and its area are of/,
    );
  });

  test('has no place where all of it does, and says so', async () => {
    const found = await made(
      '-a_srs',
      '+proj=geos +h=35785831 +lon_0=0 +ellps=WGS84',
      '-a_ullr',
      '5300000',
      '5500000',
      '5500000',
      '5300000',
    );
    expect(found).toMatchObject({ bounds: null, area: null });
    expect(found.warnings?.join()).toMatch(/^none of it lies on Earth in /);
  });

  test('says so where its latitudes go on beyond a pole', async () => {
    const { warnings } = await made('-a_ullr', '50', '100', '59', '94');
    expect(warnings).toEqual([
      'it reaches to latitude 100, beyond a pole, where there is nothing: check the order of its axes',
    ]);
    // As a grid of points around the world does.
    expect((await made('-a_ullr', '-2', '91.5', '358', '-91.5')).warnings).toEqual([]);
  });
});

describe.skipIf(nativeAbsent)('what is not read of a GeoTIFF is said (skipped where GDAL is absent)', () => {
  test('ground control points alone', async () => {
    const points = [
      [0, 0, 10, 50],
      [90, 0, 11, 50],
      [90, 60, 11, 49],
      [0, 60, 10, 49],
    ].flatMap((point) => ['-gcp', ...point.map(String)]);
    const { bounds, warnings } = await made('-a_srs', 'EPSG:4326', ...points);
    expect(bounds).toBeNull();
    expect(warnings?.join()).toMatch(/nothing in it that is read here says where its pixels lie: .*gdalwarp/);
  });

  test('further images, and not its overviews and masks', async () => {
    await made('-mask', '1', '--config', 'GDAL_TIFF_INTERNAL_MASK', 'YES');
    await run('gdaladdo', ['-q', file('made.tif'), '2', '4']);
    const options = { fileName: 'made.tif', fileType: 'GeoTIFF' };
    expect((await analyse(file('made.tif'), options)).warnings).toEqual([]);
    const { warnings } = await made('-co', 'APPEND_SUBDATASET=YES');
    expect(warnings).toEqual([
      'it holds 2 images, of which the first is taken: save the others as files of their own',
    ]);
  });
});
