import { writeFile } from 'node:fs/promises';
import { parse } from 'node:path';

import type {
  Analysis,
  AnalyseOptions,
  AnalysisLimits,
  SelectorAnalysis,
  StacBand,
} from '../findings/index.ts';
import { HISTOGRAM_BINS, selectorOf } from '../findings/index.ts';
import { distance } from '../crs/index.ts';
import type { Crs } from '../crs/index.ts';
import { GdalError } from '../gdal/index.ts';
import type { Resampling } from '../gdal/index.ts';
import { acquiredOf } from './acquired.ts';
import { commonNameOf } from './common-name.ts';
import { bandInfos } from './band-info.ts';
import type { BandInfo } from './band-info.ts';
import { drawRaster } from './draw-raster.ts';
import { footprintOf } from './footprint.ts';
import { applyTransform, imageBounds, learnedGeoreference } from './georeference.ts';
import { damagedFor, isUnreadable } from './gdal-refusal.ts';
import { cogFaults } from './cog-faults.ts';
import type { CogFaults } from './cog-faults.ts';
import { outlineOf } from './outline.ts';
import { withRaster } from './open-raster.ts';
import type { Raster } from './open-raster.ts';
import { statisticsOfRaster } from './statistics.ts';
import type { BandStatistics } from './statistics.ts';
import { warningsOf } from './warnings.ts';
import { writeCog } from './write-cog.ts';

/** Of the values up to which a raster is read as a whole, how many are read of a larger one before anybody may use it. */
const SAMPLE = 1 / 4;

export const MEDIA_TYPE = 'image/tiff; application=geotiff';

/**
 * Analyses a GeoTIFF of a plain kind.
 * @throws {AnalysisError} `unsupported` for one of another kind
 */
export async function analyseBlocks(
  path: string,
  size: number,
  options: AnalyseOptions,
  limits: Required<AnalysisLimits>,
): Promise<Analysis> {
  const { fileName, previewPath, alternativePath, signal } = options;
  const optimise = await withRaster(path, { fileName, limits, signal }, async (raster) =>
    optimisation(raster, await cogFaults(raster), limits),
  );
  const made =
    alternativePath !== undefined &&
    optimise !== null &&
    (await makeCog(path, alternativePath, optimise, { fileName, signal }));
  const analysis = await withRaster(path, { fileName, limits, signal }, async (opened) => {
    const georeference = await learnedGeoreference(opened.georeference, opened.image);
    const raster = { ...opened, georeference };
    const infos = await bandInfos(raster);
    const values = raster.width * raster.height * raster.dataTypes.length;
    const large = values > limits.maxExactValues;
    const share = large ? (SAMPLE * limits.maxExactValues) / values : 1;
    const statistics = await statisticsOfRaster(raster, HISTOGRAM_BINS, { signal, share });
    const placed = footprintOf(raster) !== null;
    const ingesters = [...(large ? ['statistics' as const] : []), ...(placed ? ['outline' as const] : [])];
    const { errors } = await cogFaults(raster);
    return {
      ...compose(raster, size, infos, statistics, {
        preview: previewPath !== undefined,
        cog: errors.length === 0,
        // A mean of some is no mean of all: catalogues are told once it is.
        exact: !large,
      }),
      acquired: await acquiredOf(raster.image),
      outline: large || !placed ? null : await outlineOf(raster, signal),
      ended: large ? [] : ingesters,
      later: large ? ingesters : [],
    };
  });
  // The other form has overviews, which spare reading all of it.
  const drawn = made && analysis.later.length > 0 ? alternativePath : path;
  if (previewPath !== undefined) await draw(drawn, previewPath, { fileName, limits, signal });
  return made
    ? {
        ...analysis,
        publishable: false,
        alternative: { fileType: 'GeoTIFF', fileName: `${parse(fileName).name}.tif` },
      }
    : analysis;
}

async function draw(
  path: string,
  previewPath: string,
  options: {
    readonly fileName: string;
    readonly limits: Required<AnalysisLimits>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  await withRaster(path, options, async (raster) => {
    const names = (await bandInfos(raster)).map(({ name }) => name);
    await writeFile(previewPath, await drawRaster(raster, { names, signal: options.signal }));
  });
}

interface Optimise {
  readonly resampling: Resampling;
}

/** Whether a Cloud Optimised GeoTIFF of it is worth making, and how. */
function optimisation(
  { image, width, height, dataTypes }: Raster,
  { errors, warnings }: CogFaults,
  { maxConvertedPixels }: Required<AnalysisLimits>,
): Optimise | null {
  if (errors.length + warnings.length === 0 || width * height * dataTypes.length > maxConvertedPixels)
    return null;
  // One band of 8 bits may hold classes, whose numbers have no mean.
  const classes = dataTypes.length === 1 && image.getBytesPerPixel() === 1;
  return { resampling: classes ? 'near' : 'average' };
}

/**
 * Where GDAL cannot write one, or lacks what the file is packed with, the file merely stays without it.
 * @throws {AnalysisError} where GDAL cannot read the pixels
 */
async function makeCog(
  input: string,
  output: string,
  { resampling }: Optimise,
  { fileName, signal }: { readonly fileName: string; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  try {
    await writeCog({
      input,
      output,
      inputFormat: 'GTiff',
      resampling,
      ...(signal === undefined ? {} : { signal }),
    });
    return true;
  } catch (error) {
    if (!(error instanceof GdalError) || error.code !== 'failed') throw error;
    if (isUnreadable(error)) throw damagedFor(error, fileName, 'a GeoTIFF');
    return false;
  }
}

function compose(
  raster: Raster,
  size: number,
  infos: readonly BandInfo[],
  statistics: readonly BandStatistics[],
  { preview, cog, exact }: { preview: boolean; cog: boolean; exact: boolean },
): Omit<Analysis, 'acquired' | 'outline' | 'ended' | 'later'> {
  const { width, height, georeference } = raster;
  const { transform, crs, epsg } = georeference;
  const projectedBounds = transform === null ? null : imageBounds(transform, width, height);
  const footprint = footprintOf(raster);
  const metres = pixelMetres(raster);
  return {
    size,
    crs: epsg === null ? nameOf(crs) : `EPSG:${epsg}`,
    resolution: metres === null ? null : Math.max(1, Math.round(metres)),
    bounds: footprint?.bounds ?? null,
    warnings: warningsOf(raster, footprint),
    area: footprint?.area ?? null,
    length: null,
    points: null,
    lines: null,
    polygons: null,
    selectors: infos.map((band, index) => bandSelector(band, raster, index, statistics[index])),
    publishable: true,
    preview,
    geojson: null,
    region: null,
    alternative: null,
    stac: {
      mediaType: cog ? `${MEDIA_TYPE}; profile=cloud-optimized` : MEDIA_TYPE,
      roles: ['data'],
      geometry: footprint?.geometry ?? null,
      epsg,
      shape: [height, width],
      transform:
        transform === null
          ? null
          : [transform[1], transform[2], transform[0], transform[4], transform[5], transform[3]],
      projectedBounds,
      bands: infos.map((band, index) =>
        stacBand(raster, band, index, metres, exact ? statistics[index] : undefined),
      ),
    },
  };
}

/** What a system without a code calls itself; GDAL's word for one without a name is none. */
function nameOf(crs: Crs | null): string | null {
  return crs === null || /^(unknown|unnamed|undefined)?$/i.test(crs.name) ? null : crs.name;
}

function bandSelector(
  { name, unit, scale, offset, colours }: BandInfo,
  { dataTypes, nodata }: Raster,
  index: number,
  found: BandStatistics | undefined,
): SelectorAnalysis {
  return selectorOf({
    selector: name,
    category: 'band',
    data_type: dataTypes[index] ?? 'other',
    unit,
    nodata: nodata === null ? null : Number.isNaN(nodata) ? 'nan' : String(nodata),
    scale,
    offset,
    colours,
    initial_values: found === undefined || found.first.length === 0 ? null : found.first.map(String),
    minimum: found?.minimum ?? null,
    maximum: found?.maximum ?? null,
    mean: found?.mean ?? null,
    sd: found?.sd ?? null,
    histogram_minimum: found?.minimum ?? null,
    histogram_maximum: found?.maximum ?? null,
    histogram: found?.histogram ?? null,
  });
}

function stacBand(
  raster: Raster,
  { name, unit, scale, offset, colours }: BandInfo,
  index: number,
  metres: number | null,
  found: BandStatistics | undefined,
): StacBand {
  const { minimum = null, maximum = null, mean = null, sd = null } = found ?? {};
  const complete =
    found !== undefined && minimum !== null && maximum !== null && mean !== null && sd !== null;
  return {
    name,
    commonName: commonNameOf(name),
    dataType: raster.dataTypes[index] ?? 'other',
    nodata: raster.nodata !== null && Number.isNaN(raster.nodata) ? 'nan' : raster.nodata,
    unit,
    scale,
    offset,
    colours,
    sampling: raster.georeference.pixelIsPoint ? 'point' : 'area',
    resolution: metres,
    statistics: complete ? { minimum, maximum, mean, stddev: sd, validPercent: found.validPercent } : null,
  };
}

/** The geometric mean of both sides of the pixel in the middle. */
function pixelMetres({ width, height, georeference: { transform, crs } }: Raster): number | null {
  if (transform === null || crs === null) return null;
  const [column, row] = [Math.floor(width / 2), Math.floor(height / 2)];
  const at = (x: number, y: number): [number, number] => crs.toLonLat(...applyTransform(transform, x, y));
  const corner = at(column, row);
  const metres = Math.sqrt(distance(corner, at(column + 1, row)) * distance(corner, at(column, row + 1)));
  if (!Number.isFinite(metres)) return null;
  // A projection stretches by a little: a pixel that its file calls 10 m stays one of 10 m.
  const nominal = Math.sqrt(Math.abs(transform[1] * transform[5] - transform[2] * transform[4]));
  return !crs.geographic && Math.abs(nominal / metres - 1) < 0.01 ? nominal : metres;
}
