export type { BlockCache } from './block-folder.ts';
export { RemoteRasterError } from './remote-raster-error.ts';
export type { RemoteRasterErrorCode } from './remote-raster-error.ts';
export { isUnreached, retryNotice } from './retry-notice.ts';
export type { OnRetry } from './retry-notice.ts';
export { RemoteSource } from './remote-source.ts';
export type { RemoteSourceOptions } from './remote-source.ts';
