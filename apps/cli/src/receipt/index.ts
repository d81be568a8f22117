export { ArchiveWriter, checkArchive, unpackArchive } from './archive.ts';
export { compareReceipts } from './compare.ts';
export { definitionName, manifestName, receiptName } from './format.ts';
export type { Receipt } from './format.ts';
export { makeReceipt } from './make.ts';
export { comparePixels } from './pixels.ts';
export { faultsOf, parseReceipt } from './read.ts';
