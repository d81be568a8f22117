import {
  ANTIMERIDIAN_REFUSAL,
  boundsText,
  crossesAntimeridian,
  crsOf,
  pixelGridOver,
  regionBounds,
  StacArchive,
  transferKind,
  transformBounds,
  utmCode,
} from '@fusion-platform/geo';
import type { ArchiveItem, Bounds, Crs, GeoreferencedPixelGrid } from '@fusion-platform/geo';
import { ServiceError } from '@fusion-platform/service-kit';
import type { Job, Kit } from '@fusion-platform/service-kit';

import { asServiceError } from './archive-error.ts';
import { assetUrl } from './asset-url.ts';
import { degreesOf, nominalMetres, widened } from './grid.ts';
import { finestOf, mosaic } from './mosaic.ts';
import { provenance } from './provenance.ts';
import { readTile } from './read-tiles.ts';
import type { Piece, ReadTileOptions } from './read-tiles.ts';
import { expand, overlap } from './region.ts';

/** About the ground that 15 whole tiles of GLO-30 cover, and 0.8 GB on disk. */
const MOST_PIXELS = 200_000_000;
/** Pixels of the margin are taken to be no larger until the tiles are known. */
const MARGIN_METRES = 300;
const EARTH_SEARCH = 'https://earth-search.aws.element84.com/v1';

/** Makes one DEM of a region out of the tiles of a STAC archive. */
export async function ingest(job: Job, kit: Kit): Promise<void> {
  try {
    await ingestTiles(job, kit);
  } catch (error) {
    throw asServiceError(error);
  }
}

async function ingestTiles(job: Job, kit: Kit): Promise<void> {
  if (job.region === null) kit.refuse('The service needs a region');
  if (crossesAntimeridian(job.region)) kit.refuse(ANTIMERIDIAN_REFUSAL);
  const bounds = regionBounds(job.region);
  const metres = kit.option('resolution', 'number');
  const margin = kit.option('margin', 'number') ?? 1;
  const utm = kit.option('crs', 'string') === 'utm' ? crsOf(utmCode(bounds)) : null;
  const archive = new StacArchive({
    url: kit.setting('FUSION_DEM_STAC_URL', EARTH_SEARCH),
    collection: kit.setting('FUSION_DEM_COLLECTION', 'cop-dem-glo-30'),
    title: 'elevation archive',
    ...transfers(kit),
  });

  kit.progress(0, 'Looking for elevation tiles');
  const collection = await archive.describe();
  kit.progress(1, 'Looking for elevation tiles');
  const reach = onEarth(
    expand(
      utm === null ? bounds : reachOf(bounds, utm, metres ?? 100),
      ...degreesOf(margin * Math.max(MARGIN_METRES, metres ?? 0), bounds),
    ),
  );
  const tiles = await archive.items({ bbox: reach });
  if (!tiles.some(({ bbox }) => overlap(flat(bbox), bounds)))
    kit.refuse(
      `There is no elevation data for the region (${boundsText(bounds)}): ` +
        `no tile of the collection "${archive.collection}" in the archive ${archive.url} covers any of it`,
    );
  kit.log(
    `${tiles.length} ${tiles.length === 1 ? 'tile' : 'tiles'} of ${archive.collection} in ${archive.url}`,
  );

  const { pieces, grid } = await readAll({
    kit,
    archive,
    tiles,
    bounds,
    reach,
    utm,
    metres,
    margin,
  });
  kit.progress(70, 'Joining the tiles');
  await mosaic({
    pieces,
    grid,
    aligned: utm === null && metres === null,
    scratch: (name) => kit.scratch(name),
    output: kit.output(1, 'dem.tif', { title: 'DEM', description: 'Elevation in metres; sea is 0' }),
    metadata: provenance(collection, tiles, archive.url),
    signal: kit.signal,
    onProgress: (part) => kit.progress(70 + 30 * part),
  });
  kit.log(`${grid.width} x ${grid.height} pixels in ${grid.crs}`);
}

/** A rectangle of a projection is a bent one of longitude and latitude: what has to be read for it. */
function reachOf(bounds: Bounds, utm: Crs, metres: number): Bounds {
  const projected = transformBounds(bounds, utm.fromLonLat);
  return transformBounds(expand(projected, 2 * metres, 2 * metres), utm.toLonLat);
}

interface Reading {
  readonly kit: Kit;
  readonly archive: StacArchive;
  readonly tiles: readonly ArchiveItem[];
  readonly bounds: Bounds;
  readonly reach: Bounds;
  readonly utm: Crs | null;
  readonly metres: number | null;
  readonly margin: number;
}

/** What is read from elsewhere ends with the attempt, and is counted; that it is tried again is said. */
function transfers(kit: Kit): Pick<ReadTileOptions, 'signal' | 'onBytes' | 'onRetry'> {
  const s3Hosts = kit.setting('FUSION_S3_HOSTS', '');
  return {
    signal: kit.signal,
    onBytes: (bytes, address) => kit.countBytes(transferKind(address, s3Hosts), bytes),
    onRetry: (notice) => {
      kit.log(notice);
      kit.progress(0, notice);
    },
  };
}

/** One tile after another, so that memory is bounded by a tile and not by the region. */
async function readAll(reading: Reading): Promise<{ pieces: Piece[]; grid: GeoreferencedPixelGrid }> {
  const { kit, archive, tiles, reach, metres } = reading;
  const pieces: Piece[] = [];
  let grid: GeoreferencedPixelGrid | undefined;
  for (const [index, tile] of tiles.entries()) {
    const comment = `Reading tile ${index + 1} of ${tiles.length}`;
    kit.progress(5 + (65 * index) / tiles.length, comment);
    const url = assetUrl(tile, archive.url);
    const piece = await readTile({
      ...transfers(kit),
      url,
      path: kit.scratch(`tile-${index + 1}.tif`),
      bounds: reach,
      resolution: metres === null ? null : degreesOf(metres, reach)[1],
      cache: kit.blockCache,
      onProgress: (part) => kit.progress(5 + (65 * (index + part)) / tiles.length, comment),
    });
    if (piece === null) continue;
    if (pieces[0] !== undefined && pieces[0].crs !== piece.crs)
      throw new ServiceError('error', `The tiles of ${archive.url} are in ${pieces[0].crs} and ${piece.crs}`);
    pieces.push(piece);
    grid = widened(gridOf(pieces, reading), reading.margin);
    if (grid.width * grid.height > MOST_PIXELS)
      kit.refuse(
        `The region is too large: ${grid.width} x ${grid.height} pixels, and at most ${MOST_PIXELS} are made at once. ` +
          'Give a coarser resolution or a smaller region',
      );
  }
  if (grid === undefined)
    throw new ServiceError('error', `The tiles of ${archive.url} do not lie where the archive says`);
  return { pieces, grid };
}

function gridOf(pieces: readonly Piece[], { bounds, utm, metres }: Reading): GeoreferencedPixelGrid {
  const finest = finestOf(pieces);
  if (utm !== null) {
    const size =
      metres ??
      (crsOfName(finest.crs).geographic ? nominalMetres(finest.resolution[1]) : finest.resolution[1]);
    return pixelGridOver(utm.name, transformBounds(bounds, utm.fromLonLat), [size, size]);
  }
  const crs = crsOfName(finest.crs);
  const wanted = transformBounds(bounds, crs.fromLonLat);
  if (metres === null)
    return pixelGridOver(crs.name, wanted, finest.resolution, [finest.bounds[0], finest.bounds[1]]);
  return pixelGridOver(crs.name, wanted, crs.geographic ? degreesOf(metres, bounds) : [metres, metres]);
}

function crsOfName(name: string): Crs {
  const crs = crsOf(Number(name.replace('EPSG:', '')));
  if (crs === null) throw new ServiceError('error', `The coordinate system ${name} is not known here`);
  return crs;
}

function onEarth([west, south, east, north]: Bounds): Bounds {
  return [Math.max(-180, west), Math.max(-90, south), Math.min(180, east), Math.min(90, north)];
}

/** A box may have heights in it: west, south, lowest, east, north, highest. */
function flat(bbox: readonly number[]): Bounds {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bbox;
  return bbox.length >= 6 ? [a, b, d, e] : [a, b, c, d];
}
