import { assetAddress } from '@fusion-platform/geo';
import type { ArchiveItem } from '@fusion-platform/geo';
import { ServiceError } from '@fusion-platform/service-kit';

/** Where the elevations of a tile can be fetched by HTTP. */
export function assetUrl(item: Pick<ArchiveItem, 'id' | 'assets' | 'links'>, archive: string): string {
  const { id, assets } = item;
  const asset =
    assets['data'] ??
    Object.values(assets).find(
      ({ roles = [], type = '' }) => roles.includes('data') && type.includes('tiff'),
    );
  if (asset === undefined)
    throw new ServiceError('error', `The tile ${id} of the elevation archive at ${archive} has no data`);
  return assetAddress(asset, item, archive);
}
