export { AnalysisError, analyse, analyseInChild } from './analysis/index.ts';
export type {
  Analysis,
  AnalyseInChildOptions,
  AnalyseOptions,
  AnalysisErrorCode,
  AnalysisLimits,
  SelectorAnalysis,
  StacBand,
  StacInfo,
} from './analysis/index.ts';
export { GdalError, buildVrt, commandLine, gdalRuntime, runGdal, translate, warp } from './gdal/index.ts';
export type {
  Bounds,
  BuildVrtOptions,
  CreationOptions,
  GdalCommand,
  GdalDataType,
  GdalErrorCode,
  Resampling,
  RunGdalOptions,
  TranslateOptions,
  WarpOptions,
} from './gdal/index.ts';
export { rasterStatistics } from './raster/index.ts';
export type { BandStatistics, GeoTransform, TypedArray } from './raster/index.ts';
