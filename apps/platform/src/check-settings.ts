import { checkServer } from './database/index.ts';
import { checkMapTiles } from './http/index.ts';
import { openObjects } from './open-objects.ts';
import type { Settings } from './settings.ts';

export interface Finding {
  readonly check: string;
  readonly state: 'good' | 'wrong';
  readonly message: string;
  /** What to do. */
  readonly next?: string;
}

/** Whether what the settings name can be reached, before a platform is started with them. Changes nothing. */
export async function checkSettings(settings: Settings): Promise<Finding[]> {
  return [await checkDatabase(settings), await checkObjects(settings), ...(await checkTiles(settings))];
}

/** Nothing where no file is named: another server's tiles are asked for by the browsers, not from here. */
async function checkTiles({ FUSION_MAP_TILES: tiles }: Settings): Promise<Finding[]> {
  if (!tiles || !('file' in tiles)) return [];
  const check = 'map-tiles';
  try {
    await checkMapTiles(tiles.file);
    return [{ check, state: 'good', message: `${tiles.file} (FUSION_MAP_TILES)` }];
  } catch (error) {
    const next = 'name a PMTiles archive that the platform may read, or leave the setting out';
    return [{ check, state: 'wrong', message: (error as Error).message, next }];
  }
}

async function checkDatabase({ DATABASE_URL: url, folders }: Settings): Promise<Finding> {
  const check = 'database';
  if (url === undefined)
    return { check, state: 'good', message: `embedded, in ${folders.database} (DATABASE_URL is not set)` };
  try {
    return { check, state: 'good', message: `${await checkServer(url)} (DATABASE_URL)` };
  } catch (error) {
    // Never its address: that may hold a password.
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      check,
      state: 'wrong',
      message: `DATABASE_URL: the server cannot be used: ${message || code}`,
      next: 'start the server, or mend the address, user and password: postgresql://USER:PASSWORD@HOST:PORT/DATABASE',
    };
  }
}

async function checkObjects(settings: Settings): Promise<Finding> {
  const check = 'objects';
  const { FUSION_OBJECTS_S3_BUCKET: bucket, folders } = settings;
  if (bucket === undefined)
    return { check, state: 'good', message: `in ${folders.objects} (FUSION_OBJECTS_S3_BUCKET is not set)` };
  try {
    await (await openObjects(settings)).check();
    return { check, state: 'good', message: `in the bucket ${bucket}, which can be written to` };
  } catch (error) {
    return {
      check,
      state: 'wrong',
      message: (error as Error).message.split('\n').at(-1)!.trim(),
      next: 'see that the bucket exists, and that the key may put, get, delete and list its objects (FUSION_OBJECTS_S3_…)',
    };
  }
}
