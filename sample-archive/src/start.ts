import { join, resolve } from 'node:path';

import { makeTiles } from './dem/index.ts';
import type { MakeTilesOptions } from './dem/index.ts';
import { createServer } from './http/index.ts';
import { readScene } from './stac/index.ts';
import type { Scene } from './stac/index.ts';

/** The collection of the generated tiles: that of the public archive, so that a service needs no other setting. */
const COLLECTION = 'cop-dem-glo-30';
/** That of all tiles of the public archive. */
const DATETIME = new Date('2021-04-22T00:00:00Z');

/** A GeoTIFF to serve beside the generated ones. Its item's id is its name without the extension. */
export interface ExtraFile {
  readonly collection: string;
  readonly path: string;
  /** When what it shows was so; the file's own time by default. */
  readonly datetime?: Date;
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
  readonly extra?: readonly ExtraFile[];
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
 * Makes the sample tiles where they are not there yet, and serves them as a STAC API.
 * @throws {AnalysisError} for an extra file that is no GeoTIFF; the signal's reason when aborted.
 */
export async function startSampleArchive(options: SampleArchiveOptions): Promise<SampleArchive> {
  const { port = 0, host = '127.0.0.1', extra = [], signal, native = 'auto' } = options;
  const folder = resolve(options.folder);
  let highest = -1;
  const report = (share: number, comment: string): void => {
    if (share <= highest) return;
    highest = share;
    options.onProgress?.({ share, comment });
  };
  const withSignal = signal ? { signal } : {};

  const paths = await makeTiles(folder, {
    ...withSignal,
    native,
    onProgress: (fraction) => report(0.85 * fraction, 'Making sample terrain'),
  });
  const files = [
    ...[...paths.values()].map((path) => ({
      collection: COLLECTION,
      path,
      datetime: DATETIME,
      synthetic: true,
    })),
    ...extra,
  ];
  let described = 0;
  const scenes = await Promise.all(
    files.map(async (file): Promise<Scene> => {
      const scene = await readScene({ ...file, cacheFolder: join(folder, 'facts'), ...withSignal });
      described += 1;
      report(0.85 + (0.15 * described) / files.length, 'Describing the scenes');
      return scene;
    }),
  );

  signal?.throwIfAborted();
  const server = await createServer(scenes);
  const url = await server.listen({ port, host, ...withSignal });
  return { url, stacUrl: url, close: async () => await server.close() };
}
