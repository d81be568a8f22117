import type { SelectorAnalysis } from './analysis.ts';

export const HISTOGRAM_BINS = 10;

const EMPTY: SelectorAnalysis = {
  selector: '',
  category: null,
  data_type: null,
  unit: null,
  validation: null,
  area: null,
  length: null,
  points: null,
  lines: null,
  polygons: null,
  initial_values: null,
  minimum: null,
  maximum: null,
  mean: null,
  sd: null,
  histogram_minimum: null,
  histogram_maximum: null,
  histogram: null,
  nodata: null,
  scale: null,
  offset: null,
  colours: null,
};

/** A selector with every field that is not given set to null. */
export function selectorOf(
  fields: Pick<SelectorAnalysis, 'selector'> & Partial<SelectorAnalysis>,
): SelectorAnalysis {
  return { ...EMPTY, ...fields };
}
