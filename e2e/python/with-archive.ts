import { join } from 'node:path';

import { startSampleArchive } from '@fusion-platform/sample-archive';

import { root, startPlatform, testFolder } from '../support/platform.ts';

const addresses = {
  'cop-dem-glo-30': 'FUSION_DEM_STAC_URL',
  'sentinel-2-l2a': 'FUSION_S2_STAC_URL',
} as const;

export interface PlatformWithArchive {
  readonly folder: string;
  readonly url: string;
  close(): Promise<void>;
}

/** A platform in a folder of its own, whose services read a collection of the sample archive. */
export async function platformWithArchive(
  collection: keyof typeof addresses,
  settings: Readonly<Record<string, string>> = {},
): Promise<PlatformWithArchive> {
  const folder = await testFolder();
  const archive = await startSampleArchive({
    folder: join(root, 'node_modules', '.cache', 'sample-archive'),
    collections: [collection],
  });
  const end = async (): Promise<void> => {
    await archive.close();
    await folder.remove();
  };
  try {
    const platform = await startPlatform(folder.path, {
      [addresses[collection]]: archive.stacUrl,
      ...settings,
    });
    return {
      folder: folder.path,
      url: platform.url,
      close: async () => {
        await platform.stop();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
