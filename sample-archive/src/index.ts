export { startSampleArchive } from './start.ts';
export type {
  Collection,
  ExtraFile,
  ExtraItem,
  Progress,
  SampleArchive,
  SampleArchiveOptions,
} from './start.ts';
