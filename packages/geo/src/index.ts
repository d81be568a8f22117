export { analyse, analyseInChild, analyseUnread, extendInChild, joinInChild } from './analysis/index.ts';
export type { AnalyseInChildOptions, ExtendInChildOptions } from './analysis/index.ts';
export {
  calculate,
  combineStatistics,
  formatStatistics,
  parseStatistics,
  StatisticsError,
  StatisticsAccumulator,
} from './calc/index.ts';
export type {
  CalcBand,
  CalcRows,
  CalcSource,
  CalculateOptions,
  CogArray,
  StatisticsRow,
} from './calc/index.ts';
export { crsOf, learnCrs, transformBounds, unionOfBounds } from './crs/index.ts';
export type { Crs } from './crs/index.ts';
export { AnalysisError } from './findings/index.ts';
export type {
  Alternative,
  Analysis,
  AnalyseOptions,
  AnalysisErrorCode,
  AnalysisLimits,
  BandFinding,
  Ingester,
  IngesterFinding,
  Outline,
  SelectorAnalysis,
  StacBand,
  StacInfo,
} from './findings/index.ts';
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
export { RemoteRasterError } from './ranges/index.ts';
export type { BlockCache, OnRetry, RemoteRasterErrorCode } from './ranges/index.ts';
export { rasterStatistics, readCogWindow, validateCog, writeCog, writeGeoTiff } from './raster/index.ts';
export type {
  BandStatistics,
  CogFaults,
  CogWindow,
  RasterData,
  ReadCogWindowOptions,
  TypedArray,
  WriteCogOptions,
} from './raster/index.ts';
export {
  archiveFault,
  assetAddress,
  boundsText,
  ANTIMERIDIAN_REFUSAL,
  crossesAntimeridian,
  regionBounds,
  StacArchive,
  StacArchiveError,
  transferKind,
  utmCode,
} from './remote/index.ts';
export type {
  ArchiveAsset,
  ArchiveCollection,
  ArchiveItem,
  StacArchiveErrorCode,
  StacArchiveOptions,
  StacSearch,
} from './remote/index.ts';
export { pixelGridOver } from './pixel-grid/index.ts';
export type { GeoreferencedPixelGrid, PixelGrid } from './pixel-grid/index.ts';
export { sentinel2Sources } from './sentinel-2/index.ts';
export type { Sentinel2Band } from './sentinel-2/index.ts';
export { stacCollection, stacItem, stacItemWith } from './stac/index.ts';
export type {
  StacAsset,
  StacCollection,
  StacCollectionOptions,
  StacItem,
  StacItemChanges,
  StacItemOptions,
  StacLink,
  StacProcessing,
  StacProvider,
} from './stac/index.ts';
export { describeGeometry, LONGEST_REGION, shareGround, tooMuchOf } from './vector/index.ts';
export type { CoveredGround } from './vector/index.ts';
export { sliceRegion } from './slicing/index.ts';
export type { SliceOptions } from './slicing/index.ts';
export { warpRaster } from './warping/index.ts';
