import type { ArchiveAsset, ArchiveItem } from './stac-schema.ts';

/** Where an asset can be fetched by HTTP: those in public buckets have an address that says so in another way. */
export function assetAddress(
  asset: ArchiveAsset,
  { links }: Pick<ArchiveItem, 'links'>,
  archive: string,
): string {
  const bucket = /^(s3|gs):\/\/([^/]+)\/(.+)$/.exec(asset.href);
  if (bucket !== null) {
    const [, scheme, name = '', key = ''] = bucket;
    if (scheme === 'gs') return `https://storage.googleapis.com/${name}/${key}`;
    const region = asset['storage:region'] ?? REGIONS[name];
    return `https://${name}.s3.${region === undefined ? '' : `${region}.`}amazonaws.com/${key}`;
  }
  const self = links.find(({ rel, href }) => rel === 'self' && /^https?:/.test(href))?.href;
  return new URL(asset.href, new URL(self ?? '', `${archive}/`)).href;
}

// Public buckets whose catalogue names them without their region; asked elsewhere they only redirect.
const REGIONS: Readonly<Record<string, string>> = {
  'copernicus-dem-30m': 'eu-central-1',
  'copernicus-dem-90m': 'eu-central-1',
  'sentinel-cogs': 'us-west-2',
};

/** Whose bytes come from an address: they are counted apart. */
export function transferKind(address: string): 's3' | 'gcs' | 'external' {
  const { hostname } = new URL(address);
  if (/(^|\.)s3[.-][a-z0-9.-]*amazonaws\.com$|(^|\.)s3\.amazonaws\.com$/.test(hostname)) return 's3';
  return /(^|\.)storage\.(googleapis|cloud\.google)\.com$/.test(hostname) ? 'gcs' : 'external';
}
