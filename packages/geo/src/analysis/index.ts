export { analyse } from './analyse.ts';
export { analyseInChild } from './analyse-in-child.ts';
export type { AnalyseInChildOptions } from './analyse-in-child.ts';
export { AnalysisError } from './analysis-error.ts';
export type { AnalysisErrorCode } from './analysis-error.ts';
export type {
  Analysis,
  AnalyseOptions,
  AnalysisLimits,
  SelectorAnalysis,
  StacBand,
  StacInfo,
} from './analysis.ts';
