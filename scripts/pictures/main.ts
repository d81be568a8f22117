// Makes the pictures of docs/services-gallery.md: runs the services on the sample archive, and draws what comes out with
// GDAL's own programs.
//
//   npm run script -- scripts/pictures/main.ts
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { startSampleArchive } from '@fusion-platform/sample-archive';
import { login } from 'fusion-platform';

import { email, password, root, startPlatform } from '../../e2e/support/platform.ts';
import { drawClasses, drawContours, drawGrey, drawPhoto, drawRamp, drawSlices } from './draw.ts';
import { fells, lakes, runner } from './run-service.ts';

const pictures = resolve(root, 'docs/pictures');
const folder = await mkdtemp(join(root, '.fusion-pictures-'));
const archive = await startSampleArchive({ folder: join(root, 'node_modules/.cache/sample-archive') });
const platform = await startPlatform(folder, {
  FUSION_S2_STAC_URL: archive.stacUrl,
  FUSION_DEM_STAC_URL: archive.stacUrl,
});
try {
  const session = await login({ apiUrl: platform.url, email, password, pollInterval: 500 });
  const organisation = (await session.user.organisations().first())!;
  const run = runner(organisation, folder);
  const to = (name: string): string => join(pictures, `${name}.png`);
  const spring = { latest_date: false, start_date: new Date('2021-03-27T00:00:00Z') };

  const [scene] = await run('Sentinel-2 (Multispectral)', lakes, { ...spring, bands: 'B02,B03,B04' });
  await drawPhoto(scene!.get('preview.png')!, to('true-colour'));

  const slices = await run('Demo: Sentinel-2 Cloud Classification', lakes, spring);
  const classes = slices.flatMap((files) => files.get('cloud_classification.tif') ?? []);
  await drawClasses(classes, to('clouds'));
  await drawSlices(classes, to('slices'));

  const summer = { latest_date: true, mask_classes: '2,4,5,6,7' };
  const indices = await run('Sentinel-2 Spectral Indices', lakes, { ...summer, ndvi: true, ndwi: true });
  const values = indices.flatMap((files) => files.get('spectral_indices.tif') ?? []);
  await drawRamp(values, 1, 'ndvi', to('ndvi'));
  await drawRamp(values, 2, 'ndwi', to('ndwi'));

  const [terrain] = await run('Elevation', fells, {
    slope: true,
    aspect: true,
    hillshade: true,
    contours: true,
    contour_interval: 50,
  });
  await drawPhoto(terrain!.get('elevation_relief.png')!, to('relief'));
  await drawRamp([terrain!.get('elevation_slope.tif')!], 1, 'slope', to('slope'));
  await drawRamp([terrain!.get('elevation_aspect.tif')!], 1, 'aspect', to('aspect'));
  await drawGrey(terrain!.get('elevation_hillshade.tif')!, to('hillshade'));
  await drawContours(
    terrain!.get('elevation_hillshade.tif')!,
    terrain!.get('elevation_contours.geojson')!,
    to('contours'),
  );
} finally {
  await platform.stop();
  await archive.close();
  await rm(folder, { recursive: true, force: true });
}
