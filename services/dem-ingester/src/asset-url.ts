import { ServiceError } from '@fusion-platform/service-kit';

import type { StacItem } from './stac-schema.ts';

/** Where the elevations of a tile can be fetched by HTTP. */
export function assetUrl({ id, assets, links }: StacItem, archive: string): string {
  const all = Object.values(assets);
  const asset =
    assets['data'] ??
    all.find(({ roles = [], type = '' }) => roles.includes('data') && type.includes('tiff'));
  if (asset === undefined)
    throw new ServiceError('error', `The tile ${id} of the elevation archive at ${archive} has no data`);
  const bucket = /^s3:\/\/([^/]+)\/(.+)$/.exec(asset.href);
  if (bucket !== null) {
    const [, name = '', key = ''] = bucket;
    const region = asset['storage:region'] ?? REGIONS[name];
    return `https://${name}.s3.${region === undefined ? '' : `${region}.`}amazonaws.com/${key}`;
  }
  const self = links.find(({ rel }) => rel === 'self')?.href;
  return new URL(asset.href, new URL(self ?? '', `${archive}/`)).href;
}

// Public buckets whose catalogue names them without their region; asked elsewhere they only redirect.
const REGIONS: Readonly<Record<string, string>> = {
  'copernicus-dem-30m': 'eu-central-1',
  'copernicus-dem-90m': 'eu-central-1',
};
