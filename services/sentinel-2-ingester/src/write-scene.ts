import { rm, writeFile } from 'node:fs/promises';

import { writeGeoTiff } from '@fusion-platform/geo';
import type { Bounds, Crs, GeoreferencedPixelGrid } from '@fusion-platform/geo';
import type { Kit, Region } from '@fusion-platform/service-kit';

import { CLASSIFICATION, TRUE_COLOUR } from './bands.ts';
import type { Band } from './bands.ts';
import type { Image } from './image.ts';
import { outlineOn } from './outline.ts';
import { pixelGridFor, placeBand, reachOf } from './place-band.ts';
import { drawPreview, emptyPreview } from './preview.ts';
import { readBand } from './read-band.ts';
import type { Piece } from './read-band.ts';
import { SceneSummary } from './scene-summary.ts';
import type { Options } from './options.ts';
import { writeBand } from './write-band.ts';

/** 25,000 square kilometres at 10 m, 0.5 GB a band on disk. */
const MOST_PIXELS = 250_000_000;
const FINEST_METRES = 10;
/** Read beyond the region, for what a pixel at its edge is interpolated from. */
const MARGIN_METRES = 200;

export interface SceneOptions {
  readonly kit: Kit;
  readonly region: Region;
  /** Of the output. */
  readonly crs: Crs;
  /** Of the region in it. */
  readonly bounds: Bounds;
  readonly chosen: Options;
  readonly archive: string;
  /** The best first; none makes bands of no data. */
  readonly images: readonly Image[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Writes the classification, the bands and the preview. */
export async function writeScene(options: SceneOptions): Promise<void> {
  const scene = new Scene(options);
  const bands = [CLASSIFICATION, ...options.chosen.bands];
  for (const [index, band] of bands.entries())
    await scene.write(band, (share) =>
      options.kit.progress(3 + (94 * (index + share)) / bands.length, `Making ${band.name}`),
    );
  await scene.finish();
}

/** What the bands share while they are written one after another. */
class Scene {
  readonly #options: SceneOptions;
  /** Of the classification: it is laid on each grid that a band has. */
  #classes: readonly Piece[] = [];
  readonly #masks = new Map<number, string>();
  readonly #colours = new Map<string, { path: string; grid: GeoreferencedPixelGrid }>();
  readonly #missing: string[] = [];

  constructor(options: SceneOptions) {
    this.#options = options;
  }

  async write(band: Band, onProgress: (share: number) => void): Promise<void> {
    const { kit, metadata } = this.#options;
    const { signal } = kit;
    onProgress(0);
    const pieces = await this.#read(band);
    if (pieces.length === 0) {
      if (band === CLASSIFICATION && this.#options.chosen.keep !== null)
        kit.refuse('The images have no scene classification, so nothing can be masked: switch mask off');
      this.#missing.push(band.name);
      return;
    }
    const grid = this.#pixelGridFor(band, pieces);
    const placed = kit.scratch(`${band.name}.tif`);
    await placeBand({
      pieces,
      grid,
      output: placed,
      classes: band === CLASSIFICATION,
      signal,
      onProgress: (share) => onProgress(0.5 + 0.2 * share),
    });
    const summary = band === CLASSIFICATION ? new SceneSummary() : null;
    await writeBand({
      band,
      input: placed,
      output: kit.output(1, `${band.name}.tif`, {
        title: `${band.title} (${band.name})`,
        description: band === CLASSIFICATION ? CLASSES : 'Reflectance times 10,000; 0 is no data',
      }),
      mask: band === CLASSIFICATION ? null : await this.#mask(grid),
      outline: this.#clipTo ? outlineOn(this.#clipTo, this.#options.crs, grid) : null,
      ...(summary === null ? {} : { onRows: (rows) => summary.add(rows) }),
      metadata,
      signal,
      onProgress: (share) => onProgress(0.7 + 0.3 * share),
    });
    if (summary !== null) this.#tell(summary, grid);
    await this.#tidy(band, pieces, placed, grid);
  }

  async finish(): Promise<void> {
    const { kit, crs, chosen } = this.#options;
    if (this.#missing.length > 0) kit.warn(`The images have no band ${this.#missing.join(', ')}`);
    const bands = TRUE_COLOUR.flatMap((name) => this.#colours.get(name) ?? []);
    const [first] = bands;
    const drawn = chosen.preview && bands.length === TRUE_COLOUR.length;
    const picture = kit.output(2, 'preview.png', {
      title: 'Preview',
      description: drawn
        ? 'The region in true colour'
        : `Empty: no preview was asked for, or not all of ${TRUE_COLOUR.join(', ')} are there`,
    });
    if (!drawn || first === undefined) {
      if (chosen.preview) kit.log(`The preview is empty: it is drawn from ${TRUE_COLOUR.join(', ')}`);
      return await writeFile(picture, emptyPreview());
    }
    kit.progress(97, 'Drawing the preview');
    const png = await drawPreview({
      bands: bands.map(({ path }) => path),
      grid: first.grid,
      crs,
      region: this.#clipTo,
      scratch: (name) => kit.scratch(name),
      signal: kit.signal,
    });
    await writeFile(picture, png);
  }

  get #clipTo(): Region | null {
    return this.#options.chosen.clip ? this.#options.region : null;
  }

  async #read(band: Band): Promise<Piece[]> {
    const { kit, crs, bounds, images, archive } = this.#options;
    if (images.length === 0) return [await this.#nothing(band)];
    const reach = reachOf(bounds, crs, MARGIN_METRES);
    return await readBand({ band, images, bounds: reach, archive, kit });
  }

  /** A single pixel of no data of the size that the band has usually. */
  async #nothing({ name, metres }: Band): Promise<Piece> {
    const { kit, crs, bounds } = this.#options;
    const [west, , , north] = bounds.map((edge) => metres * Math.floor(edge / metres)) as unknown as Bounds;
    const data = name === 'SCL' ? new Uint8Array(1) : new Uint16Array(1);
    const piece = {
      path: kit.scratch(`${name}-0.tif`),
      bounds: [west, north - metres, west + metres, north] as const,
      resolution: [metres, metres] as const,
      crs: crs.name,
    };
    await writeGeoTiff(piece.path, {
      data,
      width: 1,
      height: 1,
      bounds: piece.bounds,
      crs: crs.name,
      nodata: 0,
    });
    return piece;
  }

  #pixelGridFor(band: Band, pieces: readonly Piece[]): GeoreferencedPixelGrid {
    const { kit, bounds, crs } = this.#options;
    const grid = pixelGridFor(pieces, bounds, crs);
    // Said by the first band, however coarse it is, and not after half of the work.
    const finer = band.metres / FINEST_METRES;
    const [width, height] = [grid.width * finer, grid.height * finer];
    if (width * height > MOST_PIXELS)
      kit.refuse(
        `The region is too large: ${width} x ${height} pixels, and at most ${MOST_PIXELS} are made at once. ` +
          'Give a smaller region',
      );
    return grid;
  }

  async #mask(grid: GeoreferencedPixelGrid): Promise<{ path: string; keep: ReadonlySet<number> } | null> {
    const { kit, chosen } = this.#options;
    if (chosen.keep === null) return null;
    const size = grid.resolution[0];
    let path = this.#masks.get(size);
    if (path === undefined) {
      path = kit.scratch(`mask-${size}.tif`);
      await placeBand({ pieces: this.#classes, grid, output: path, classes: true, signal: kit.signal });
      this.#masks.set(size, path);
    }
    return { path, keep: chosen.keep };
  }

  #tell(summary: SceneSummary, grid: GeoreferencedPixelGrid): void {
    const { kit, images } = this.#options;
    if (images.length === 0) return;
    kit.log(
      `${summary.text}, in ${grid.width} x ${grid.height} pixels of ${grid.resolution[0]} m in ${grid.crs}`,
    );
    if (summary.seen === 0)
      kit.warn('The images have no data within the region, though they should by their outlines');
  }

  /** Keeps what other bands or the preview still need. */
  async #tidy(
    band: Band,
    pieces: readonly Piece[],
    placed: string,
    grid: GeoreferencedPixelGrid,
  ): Promise<void> {
    const colour = (TRUE_COLOUR as readonly string[]).includes(band.name);
    if (colour) this.#colours.set(band.name, { path: placed, grid });
    if (band === CLASSIFICATION) this.#classes = pieces;
    const over = [
      ...(colour ? [] : [placed]),
      ...(band === CLASSIFICATION ? [] : pieces.map(({ path }) => path)),
    ];
    await Promise.all(over.map(async (path) => await rm(path, { force: true })));
  }
}

const CLASSES =
  '0 no data, 1 defective, 2 dark, 3 cloud shadow, 4 vegetation, 5 bare, 6 water, 7 unclassified, 8 cloud (medium probability), 9 cloud (high), 10 thin cirrus, 11 snow';
