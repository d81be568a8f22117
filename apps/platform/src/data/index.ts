export { createData } from './data.ts';
export type { Data } from './data.ts';
export type { DataSettings } from './context.ts';
export type { DataDescription } from './describe.ts';
export { joinPolygons } from './outputs.ts';
export type { OutputFile, OutputItem } from './outputs.ts';
export type { CopiedFiles } from './copies.ts';
export type { RegionItem, StoredRegions } from './regions.ts';
export type { Received } from './uploads/index.ts';
