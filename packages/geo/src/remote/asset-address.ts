import { BlockList, isIP } from 'node:net';

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

/** This machine and private networks (RFC 1918, 6598, 3927, 4193, 4291). */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whose bytes come from an address: they are counted apart.
 * @param s3Hosts names of further hosts that are S3 servers, separated by commas; with a port only that port is meant
 */
export function transferKind(address: string, s3Hosts = ''): 's3' | 'gcs' | 'external' | 'internal' {
  const { hostname, host } = new URL(address);
  const listed = s3Hosts.split(',').map((name) => name.trim().toLowerCase());
  if (listed.some((name) => name === hostname || name === host)) return 's3';
  if (/(^|\.)s3[.-][a-z0-9.-]*amazonaws\.com(\.cn)?$|(^|\.)s3\.amazonaws\.com$/.test(hostname)) return 's3';
  if (/(^|\.)storage\.(googleapis|cloud\.google)\.com$/.test(hostname)) return 'gcs';
  return isPrivate(hostname) ? 'internal' : 'external';
}

function isPrivate(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  if (version !== 0) return PRIVATE.check(address, version === 4 ? 'ipv4' : 'ipv6');
  // A name without a dot is one of this machine or of its network; the others are kept for such by ICANN and RFCs.
  return !hostname.includes('.') || /\.(localhost|local|internal|home\.arpa)$/.test(hostname);
}
