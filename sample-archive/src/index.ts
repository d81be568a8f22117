export { startSampleArchive } from './start.ts';
export type { ExtraFile, Progress, SampleArchive, SampleArchiveOptions } from './start.ts';
