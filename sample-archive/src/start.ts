import { join, resolve } from 'node:path';

import { makeTiles } from './dem/index.ts';
import type { MakeTilesOptions } from './dem/index.ts';
import { createServer } from './http/index.ts';
import { makeScenes } from './sentinel-2/index.ts';
import { readItemScene, readScene } from './stac/index.ts';
import type { Scene } from './stac/index.ts';

/** The collections of generated scenes are those of the public archive, so that a service needs no other setting. */
export const COLLECTIONS = ['cop-dem-glo-30', 'sentinel-2-l2a'] as const;
export type Collection = (typeof COLLECTIONS)[number];
/** How long each takes to make, compared with the other. */
const WEIGHTS: Readonly<Record<Collection, number>> = { 'cop-dem-glo-30': 20, 'sentinel-2-l2a': 17 };
/** That of all tiles of the public archive. */
const DATETIME = new Date('2021-04-22T00:00:00Z');

/** A GeoTIFF to serve beside the generated ones. Its item's id is its name without the extension. */
export interface ExtraFile {
  readonly collection: string;
  readonly path: string;
  /** When what it shows was so; the file's own time by default. */
  readonly datetime?: Date;
}

/** A scene of several files to serve beside the generated ones, with an item of its own. */
export interface ExtraItem {
  readonly collection: string;
  /** Path of the item's JSON; its files lie beside it, and what it says of others is left out. */
  readonly item: string;
}

export interface Progress {
  /** From 0 to 1, never falling. */
  readonly share: number;
  readonly comment: string;
}

export interface SampleArchiveOptions {
  /** Where the generated tiles are kept; made when absent. */
  readonly folder: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** What to generate and serve; all by default. None that is left out is waited for. */
  readonly collections?: readonly Collection[];
  readonly extra?: readonly (ExtraFile | ExtraItem)[];
  /** Ends the making of tiles, which the next start takes up, and the server. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Which GDAL makes the tiles: native where there is one, by default. */
  readonly native?: NonNullable<MakeTilesOptions['native']>;
}

export interface SampleArchive {
  /** Without a slash at its end. */
  readonly url: string;
  /** Where a STAC client starts: the same as `url`. */
  readonly stacUrl: string;
  close(): Promise<void>;
}

/**
 * Makes the sample scenes where they are not there yet, and serves them as a STAC API.
 * @throws {AnalysisError} for an extra file that is no GeoTIFF; {TypeError} for an extra item that is none; the
 *   signal's reason when aborted.
 */
export async function startSampleArchive(options: SampleArchiveOptions): Promise<SampleArchive> {
  const { port = 0, host = '127.0.0.1', collections = COLLECTIONS, extra = [], signal } = options;
  const folder = resolve(options.folder);
  const withSignal = signal ? { signal } : {};
  let highest = -1;
  const report = (share: number, comment: string): void => {
    if (share <= highest) return;
    highest = share;
    options.onProgress?.({ share, comment });
  };

  const whole = collections.reduce((sum, name) => sum + WEIGHTS[name], 0);
  const scenes: Scene[] = [];
  let made = 0;
  for (const name of new Set(collections)) {
    const done = made;
    const onShare = (share: number, comment: string): void =>
      report((0.97 * (done + share * WEIGHTS[name])) / whole, comment);
    scenes.push(...(await MAKERS[name](folder, { ...options, onShare })));
    made += WEIGHTS[name];
  }
  for (const one of extra)
    scenes.push(
      'item' in one
        ? await readItemScene(one.item, one.collection)
        : await readScene({ ...one, cacheFolder: join(folder, 'facts'), ...withSignal }),
    );

  signal?.throwIfAborted();
  const server = await createServer(scenes);
  const url = await server.listen({ port, host, ...withSignal });
  report(1, 'Serving');
  return { url, stacUrl: url, close: async () => await server.close() };
}

interface Making extends Pick<SampleArchiveOptions, 'signal' | 'native'> {
  readonly onShare: (share: number, comment: string) => void;
}

const MAKERS: Readonly<Record<Collection, (folder: string, making: Making) => Promise<Scene[]>>> = {
  'cop-dem-glo-30': makeTerrain,
  'sentinel-2-l2a': makeSentinel2,
};

async function makeTerrain(folder: string, { signal, native = 'auto', onShare }: Making): Promise<Scene[]> {
  const withSignal = signal ? { signal } : {};
  const paths = await makeTiles(folder, {
    ...withSignal,
    native,
    onProgress: (fraction) => onShare(0.85 * fraction, 'Making sample terrain'),
  });
  let described = 0;
  return await Promise.all(
    [...paths.values()].map(async (path) => {
      const scene = await readScene({
        collection: 'cop-dem-glo-30',
        path,
        datetime: DATETIME,
        synthetic: true,
        cacheFolder: join(folder, 'facts'),
        ...withSignal,
      });
      described += 1;
      onShare(0.85 + (0.15 * described) / paths.size, 'Describing the terrain');
      return scene;
    }),
  );
}

async function makeSentinel2(folder: string, { signal, onShare }: Making): Promise<Scene[]> {
  const items = await makeScenes(join(folder, 'sentinel-2-l2a'), {
    ...(signal ? { signal } : {}),
    onProgress: (fraction) => onShare(fraction, 'Making sample scenes'),
  });
  return await Promise.all(items.map(async (path) => await readItemScene(path, 'sentinel-2-l2a')));
}
