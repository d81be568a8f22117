import { BANDS } from './bands.ts';
import type { Band } from './bands.ts';
import { SCL } from './classes.ts';
import { NOTE } from './note.ts';
import { outline } from './outline.ts';
import type { SceneRecipe } from './scenes.ts';
import { PIXELS, SIDE } from './tiles.ts';

const COG = 'image/tiff; application=geotiff; profile=cloud-optimized';
const extension = (name: string): string => `https://stac-extensions.github.io/${name}/schema.json`;

/**
 * The item of a scene as the public archive (Earth Search v1) gives its own, its files named beside it.
 * @param counts pixels of each class of the scene classification
 */
export function itemOf(recipe: SceneRecipe, counts: readonly number[]): Record<string, unknown> {
  const { tile, id, platform } = recipe;
  const ring = outline(recipe);
  const [zone, square] = [Number(tile.name.slice(0, 2)), tile.name.slice(3)];
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id,
    properties: {
      created: recipe.datetime,
      updated: recipe.datetime,
      datetime: recipe.datetime,
      title: `Synthetic scene of ${tile.name}`,
      description: NOTE,
      'fusion:synthetic': true,
      platform,
      constellation: 'sentinel-2',
      instruments: ['msi'],
      'eo:cloud_cover': percent(counts, SCL.mediumCloud, SCL.highCloud, SCL.thinCloud),
      'proj:epsg': tile.epsg,
      'mgrs:utm_zone': zone,
      'mgrs:latitude_band': tile.name.slice(2, 3),
      'mgrs:grid_square': square,
      'grid:code': `MGRS-${tile.name}`,
      'view:sun_azimuth': recipe.sunAzimuth,
      'view:sun_elevation': recipe.sunElevation,
      ...percentages(counts),
      's2:product_type': 'S2MSI2A',
      's2:processing_baseline': recipe.baseline,
      's2:sequence': '0',
      ...(recipe.saysApplied === null ? {} : { 'earthsearch:boa_offset_applied': recipe.saysApplied }),
    },
    geometry: { type: 'Polygon', coordinates: [ring] },
    bbox: [
      Math.min(...ring.map(([longitude]) => longitude)),
      Math.min(...ring.map(([, latitude]) => latitude)),
      Math.max(...ring.map(([longitude]) => longitude)),
      Math.max(...ring.map(([, latitude]) => latitude)),
    ],
    links: [],
    assets: assets(recipe),
    stac_extensions: [
      'mgrs/v1.0.0',
      'view/v1.0.0',
      'raster/v1.1.0',
      'eo/v1.0.0',
      'grid/v1.0.0',
      'projection/v1.0.0',
    ].map(extension),
    collection: 'sentinel-2-l2a',
  };
}

function assets(recipe: SceneRecipe): Record<string, unknown> {
  const { saysOffset } = recipe;
  const reflectance = {
    data_type: 'uint16',
    scale: 0.0001,
    ...(saysOffset === null ? {} : { offset: saysOffset }),
  };
  const bands = BANDS.map((band) => [
    band.key,
    {
      ...file(recipe, `${band.name}.tif`, `${band.title} - ${PIXELS[band.grid]}m`, band.grid),
      'eo:bands': [eoBand(band)],
      'raster:bands': [raster(band.grid, reflectance)],
      roles: ['data', 'reflectance'],
    },
  ]);
  const rgb = ['red', 'green', 'blue'].flatMap((key) => BANDS.filter((band) => band.key === key));
  return {
    ...Object.fromEntries(bands),
    scl: {
      ...file(recipe, 'SCL.tif', 'Scene classification map (SCL)', 'middle'),
      'raster:bands': [raster('middle', { data_type: 'uint8' })],
      roles: ['data'],
    },
    aot: {
      ...file(recipe, 'AOT.tif', 'Aerosol optical thickness (AOT)', 'middle'),
      'raster:bands': [raster('middle', { data_type: 'uint16', scale: 0.001, offset: 0 })],
      roles: ['data'],
    },
    wvp: {
      ...file(recipe, 'WVP.tif', 'Water vapour (WVP)', 'middle'),
      'raster:bands': [raster('middle', { data_type: 'uint16', unit: 'cm', scale: 0.001, offset: 0 })],
      roles: ['data'],
    },
    visual: {
      ...file(recipe, 'TCI.tif', 'True colour image', 'middle'),
      'eo:bands': rgb.map(eoBand),
      roles: ['visual'],
    },
  };
}

function file({ tile }: SceneRecipe, name: string, title: string, grid: Band['grid']): object {
  const pixel = PIXELS[grid];
  return {
    href: `./${name}`,
    type: COG,
    title,
    gsd: pixel,
    'proj:shape': [SIDE / pixel, SIDE / pixel],
    'proj:transform': [pixel, 0, tile.west, 0, -pixel, tile.north],
  };
}

function eoBand({ key, commonName, title, wavelength, width }: Band): object {
  return {
    name: key,
    common_name: commonName,
    description: title,
    center_wavelength: wavelength,
    full_width_half_max: width,
  };
}

function raster(grid: Band['grid'], rest: object): object {
  return { nodata: 0, ...rest, spatial_resolution: PIXELS[grid] };
}

function percent(counts: readonly number[], ...classes: readonly number[]): number {
  const whole = counts.reduce((sum, count) => sum + count, 0) - (counts[SCL.noData] ?? 0);
  const part = classes.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
  return Number(((100 * part) / Math.max(1, whole)).toFixed(6));
}

function percentages(counts: readonly number[]): Record<string, number> {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return {
    's2:nodata_pixel_percentage': Number(((100 * (counts[SCL.noData] ?? 0)) / all).toFixed(6)),
    's2:saturated_defective_pixel_percentage': percent(counts, SCL.defective),
    's2:dark_features_percentage': percent(counts, SCL.dark),
    's2:cloud_shadow_percentage': percent(counts, SCL.shadow),
    's2:vegetation_percentage': percent(counts, SCL.vegetation),
    's2:not_vegetated_percentage': percent(counts, SCL.bare),
    's2:water_percentage': percent(counts, SCL.water),
    's2:unclassified_percentage': percent(counts, SCL.unclassified),
    's2:medium_proba_clouds_percentage': percent(counts, SCL.mediumCloud),
    's2:high_proba_clouds_percentage': percent(counts, SCL.highCloud),
    's2:thin_cirrus_percentage': percent(counts, SCL.thinCloud),
    's2:snow_ice_percentage': percent(counts, SCL.snow),
  };
}
