import type { SelectorAnalysis } from './analysis.ts';
import { Histogram, momentsOf, standardDeviation } from './statistics.ts';

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
};

/** A selector with every field that is not given set to null. */
export function selectorOf(
  fields: Pick<SelectorAnalysis, 'selector'> & Partial<SelectorAnalysis>,
): SelectorAnalysis {
  return { ...EMPTY, ...fields };
}

/** The statistics fields of a selector over numbers; none when there is no number. */
export function statisticsOf(values: ArrayLike<number>): Partial<SelectorAnalysis> {
  const moments = momentsOf(values);
  if (moments.count === 0) return {};
  const { minimum, maximum, mean } = moments;
  const histogram = new Histogram(HISTOGRAM_BINS, minimum, maximum);
  for (let index = 0; index < values.length; index++)
    if (Number.isFinite(values[index])) histogram.add(values[index] as number);
  return {
    minimum,
    maximum,
    mean,
    sd: standardDeviation(moments),
    histogram_minimum: minimum,
    histogram_maximum: maximum,
    histogram: histogram.counts,
  };
}
