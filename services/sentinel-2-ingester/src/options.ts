import { Refusal } from '@fusion-platform/service-kit';
import type { Kit } from '@fusion-platform/service-kit';

import { CLASSIFICATION, REFLECTANCES } from './bands.ts';
import type { Band } from './bands.ts';

export const DAY = 86_400_000;

/** Whole days in UTC, as milliseconds since 1970 of their beginning; both belong to it. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** The options, as they are worked with. */
export interface Options {
  /** Null asks for the latest day. */
  readonly period: Period | null;
  /** Look beyond the period when it has nothing that fits. */
  readonly findNearest: boolean;
  readonly scanDays: number;
  readonly mergeDays: number;
  /** Percent. */
  readonly maximumCloud: number;
  /** Percent of the region that may stay uncovered. */
  readonly coverageTolerance: number;
  readonly errorNoImage: boolean;
  /** Classes of the scene classification that are kept; null keeps all pixels. */
  readonly keep: ReadonlySet<number> | null;
  /** Tiles such as `30UVG`; null takes any. */
  readonly cells: ReadonlySet<string> | null;
  /** Those to fetch, the scene classification apart. */
  readonly bands: readonly Band[];
  readonly preview: boolean;
  readonly clip: boolean;
}

/** @throws {Refusal} for options that cannot be followed */
export function readOptions(kit: Kit): Options {
  const flag = (name: string, fallback: boolean): boolean => kit.option(name, 'boolean') ?? fallback;
  const number = (name: string, fallback: number): number => kit.option(name, 'number') ?? fallback;
  return {
    period: flag('latest_date', true) ? null : periodOf(kit),
    findNearest: flag('find_nearest', true),
    scanDays: number('maximum_scan_days', 5),
    mergeDays: number('merge_image_days', 1),
    maximumCloud: number('maximum_cloud', 95),
    coverageTolerance: number('coverage_tolerance', 4),
    errorNoImage: flag('error_no_image', true),
    keep: flag('mask', true) ? classesOf(kit.option('mask_classes', 'string') ?? '4,5,6,7') : null,
    cells: cellsOf(kit.option('only_mgrs_cells', 'string')),
    bands: bandsOf(kit.option('bands', 'string')),
    preview: flag('generate_preview', true),
    clip: flag('clip', true),
  };
}

function periodOf(kit: Kit): Period {
  const [from, to] = [kit.option('start_date', 'string'), kit.option('end_date', 'string')];
  if (from === null)
    throw new Refusal('There is no start date: give one, or ask for the latest date by latest_date');
  const [start, end] = [dayOf(from, 'start_date'), dayOf(to ?? from, 'end_date')];
  if (end < start) throw new Refusal('The end date lies before the start date');
  return { start, end };
}

function dayOf(text: string, option: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Refusal(`${option} is no date: ${text}`);
  return DAY * Math.floor(time / DAY);
}

function classesOf(text: string): ReadonlySet<number> {
  const words = listOf(text);
  const wrong = words.find((word) => !/^([1-9]|1[01])$/.test(word));
  if (wrong !== undefined || words.length === 0)
    throw new Refusal(`mask_classes must be numbers from 1 to 11 with commas between them, not "${text}"`);
  return new Set(words.map(Number));
}

function cellsOf(text: string | null): ReadonlySet<string> | null {
  const words = listOf(text ?? '').map((word) => word.toUpperCase().replace(/^T(?=\d)/, ''));
  if (words.length === 0) return null;
  const wrong = words.find((word) => !/^([1-9]|[0-5]\d|60)[C-X][A-Z]{2}$/.test(word));
  if (wrong !== undefined)
    throw new Refusal(
      `only_mgrs_cells must be names such as 30UVG with commas between them, and "${wrong}" is none`,
    );
  return new Set(words.map((word) => word.padStart(5, '0')));
}

function bandsOf(text: string | null): readonly Band[] {
  const words = listOf(text ?? '').map((word) => word.toUpperCase().replace(/^B(?=\d$)/, 'B0'));
  if (words.length === 0) return REFLECTANCES;
  const known = [CLASSIFICATION, ...REFLECTANCES].map(({ name }): string => name);
  const wrong = words.find((word) => !known.includes(word));
  if (wrong !== undefined)
    throw new Refusal(
      `bands must be of ${known.join(', ')} with commas between them, and "${wrong}" is none`,
    );
  return REFLECTANCES.filter(({ name }) => words.includes(name));
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
