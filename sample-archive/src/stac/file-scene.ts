import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { analyseInChild } from '@fusion-platform/geo';
import type { Analysis } from '@fusion-platform/geo';

/** A file of the archive and what is known about it. */
export interface FileScene {
  readonly kind: 'file';
  readonly collection: string;
  readonly id: string;
  readonly path: string;
  readonly synthetic: boolean;
  readonly datetime: Date;
  readonly analysis: Analysis;
  /** A SHA-256 as a multihash in hexadecimal. */
  readonly checksum: string;
}

interface Facts {
  /** Of the file when it was read: a file that changes is read again. */
  readonly state: string;
  readonly analysis: Analysis;
  readonly checksum: string;
}

export interface ReadSceneOptions {
  readonly collection: string;
  readonly path: string;
  /** The file's own time by default. */
  readonly datetime?: Date;
  readonly synthetic?: boolean;
  /** Where what was found is kept for the next start. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads a raster's place and values, or recalls them from an earlier start.
 * @throws {AnalysisError} when it is no GeoTIFF that can be used.
 */
export async function readScene(options: ReadSceneOptions): Promise<FileScene> {
  const { collection, synthetic = false, cacheFolder, signal } = options;
  const path = resolve(options.path);
  const { size, mtime, mtimeMs } = await stat(path);
  const id = basename(path, extname(path));
  const key = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const cache = join(cacheFolder, `${id}.${key}.json`);
  const state = `${FORM} ${size} ${mtimeMs}`;
  let facts = await recall(cache, state);
  if (facts === null) {
    const analysis = await analyseInChild(path, {
      fileName: basename(path),
      fileType: 'GeoTIFF',
      ...(signal ? { signal } : {}),
    });
    facts = { state, analysis, checksum: `1220${await sha256(path, signal)}` };
    await keep(cache, facts);
  }
  const { analysis, checksum } = facts;
  return {
    kind: 'file',
    collection,
    id,
    path,
    synthetic,
    datetime: options.datetime ?? mtime,
    analysis,
    checksum,
  };
}

/** Raised when what is kept changes its form. */
const FORM = 1;

async function recall(cache: string, state: string): Promise<Facts | null> {
  try {
    const facts = JSON.parse(await readFile(cache, 'utf8')) as Facts;
    return facts.state === state ? facts : null;
  } catch {
    // Absent or cut off: read anew.
    return null;
  }
}

async function keep(cache: string, facts: Facts): Promise<void> {
  await mkdir(dirname(cache), { recursive: true });
  await writeFile(`${cache}.${process.pid}.partial`, JSON.stringify(facts));
  await rename(`${cache}.${process.pid}.partial`, cache);
}

async function sha256(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, signal ? { signal } : {});
  return hash.digest('hex');
}
