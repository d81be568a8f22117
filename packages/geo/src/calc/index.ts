export { calculate } from './calculate.ts';
export type { CalcBand, CalcRows, CalcSource, CalculateOptions } from './calculate.ts';
export type { CogArray } from './cog-layout.ts';
export { formatStatistics, parseStatistics } from './statistics-csv.ts';
export { combineStatistics, StatisticsError } from './statistics-row.ts';
export type { StatisticsRow } from './statistics-row.ts';
export { Tally } from './tally.ts';
