export { AnalysisError } from './analysis-error.ts';
export type { AnalysisErrorCode } from './analysis-error.ts';
export { defaultLimits } from './analysis.ts';
export type {
  Alternative,
  Analysis,
  AnalyseOptions,
  AnalysisLimits,
  SelectorAnalysis,
  StacBand,
  StacInfo,
} from './analysis.ts';
export { Column, INITIAL_VALUES } from './column.ts';
export type { BandFinding, Ingester, IngesterFinding, Outline } from './ingester.ts';
export { kindNames, sniff } from './magic.ts';
export type { FileKind } from './magic.ts';
export { HISTOGRAM_BINS, selectorOf } from './selector.ts';
export { Histogram, mergeMoments, momentsOf, noMoments, standardDeviation } from './statistics.ts';
export type { Moments } from './statistics.ts';
export { withoutPlace } from './without-place.ts';
