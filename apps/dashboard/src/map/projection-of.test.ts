import { execFileSync } from 'node:child_process';

import { transform } from 'ol/proj.js';
import { describe, expect, test } from 'vitest';

import { projectionOf } from './projection-of.ts';

const gdal = (() => {
  try {
    return execFileSync('gdaltransform', ['--version'], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
})();

/** Metres between two places in degrees, well enough for small distances. */
const metres = ([x1, y1]: readonly number[], [x2, y2]: readonly number[]): number =>
  Math.hypot((x1! - x2!) * Math.cos((y1! * Math.PI) / 180), y1! - y2!) * 111_320;

describe.skipIf(gdal === undefined)('coordinate systems of rasters (needs gdaltransform)', () => {
  test.each([
    [27_700, 258_000, 665_000],
    [3035, 3_400_000, 3_700_000],
    [2154, 652_000, 6_862_000],
    [3031, 500_000, -1_200_000],
    [3413, -300_000, -1_500_000],
    [3577, 1_500_000, -3_900_000],
    [5070, 1_000_000, 1_500_000],
    [2193, 1_750_000, 5_430_000],
    [28_992, 155_000, 463_000],
    [31_370, 150_000, 170_000],
    // In feet.
    [2263, 980_000, 200_000],
  ])('EPSG:%i is where PROJ has it, to within ten metres', async (code, x, y) => {
    const projection = await projectionOf({ GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: code }, undefined);
    const ours = transform([x, y], projection, 'EPSG:4326');
    const theirs = execFileSync(
      'gdaltransform',
      ['-s_srs', `EPSG:${code}`, '-t_srs', 'EPSG:4326', '-output_xy'],
      { input: `${x} ${y}\n`, encoding: 'utf8' },
    );
    expect(metres(theirs.trim().split(' ').map(Number), ours)).toBeLessThan(10);
    const [back] = [transform(ours, 'EPSG:4326', projection)];
    expect(Math.hypot(back[0]! - x, back[1]! - y)).toBeLessThan(0.1);
  });
});

test('what is known to the page needs no tables, and a file without keys is taken at the word of the platform', async () => {
  expect((await projectionOf({ ProjectedCSTypeGeoKey: 32_630 }, undefined)).getCode()).toBe('EPSG:32630');
  expect((await projectionOf({}, 'EPSG:4326')).getCode()).toBe('EPSG:4326');
});

test('a system that cannot be shown is named, with what keeps it from the map', async () => {
  await expect(projectionOf({ ProjectedCSTypeGeoKey: 1 }, undefined)).rejects.toThrow(/EPSG:1[,:]/);
  await expect(projectionOf({}, undefined)).rejects.toThrow('does not say where it lies');
});
