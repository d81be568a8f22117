export { checksumOf, downloadBytes } from './download.ts';
export type { Checksum, DownloadSource } from './download.ts';
export { goesDirect } from './open-range.ts';
export { openSources } from './file-source.ts';
export type { FileSource, NamedBytes } from './file-source.ts';
export { uploadFile } from './upload.ts';
export type { UploadAddresses, UploadOptions } from './upload-options.ts';
