export { archiveFault } from './archive-fault.ts';
export type { ArchiveFault, ArchiveWords } from './archive-fault.ts';
export { assetAddress, transferKind } from './asset-address.ts';
export { ANTIMERIDIAN_REFUSAL, boundsText, crossesAntimeridian, regionBounds, utmCode } from './region.ts';
export { StacArchiveError } from './stac-archive-error.ts';
export type { StacArchiveErrorCode } from './stac-archive-error.ts';
export { StacArchive } from './stac-archive.ts';
export type { StacArchiveOptions, StacSearch } from './stac-archive.ts';
export type { ArchiveAsset, ArchiveCollection, ArchiveItem } from './stac-schema.ts';
