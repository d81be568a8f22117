import type { Feature, Geometry } from 'geojson';

import type { SelectorAnalysis } from '../findings/index.ts';
import { selectorOf, statisticsOf } from '../findings/index.ts';

const MAX_PROPERTIES = 500;
const INITIAL_VALUES = 10;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;

/** One selector for each property name, in the order in which the names first appear. */
export function propertySelectors(features: readonly Feature<Geometry | null>[]): SelectorAnalysis[] {
  const columns = new Map<string, unknown[]>();
  for (const { properties } of features)
    for (const [name, value] of Object.entries(properties ?? {})) {
      const column = columns.get(name);
      if (column !== undefined) column.push(value);
      else if (columns.size < MAX_PROPERTIES) columns.set(name, [value]);
    }
  return [...columns].map(([name, values]) => propertySelector(name, values));
}

function propertySelector(selector: string, column: readonly unknown[]): SelectorAnalysis {
  const values = column.filter((value) => value !== null);
  const initial = values
    .slice(0, INITIAL_VALUES)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const common = { selector, category: 'property', initial_values: initial.length === 0 ? null : initial };
  if (values.length === 0) return selectorOf(common);
  if (values.every((value) => typeof value === 'number'))
    return selectorOf({ ...common, data_type: 'numeric', ...statisticsOf(values) });
  if (values.every((value) => typeof value === 'boolean'))
    return selectorOf({ ...common, data_type: 'boolean' });
  for (const [pattern, format] of [
    [DATE, '%Y-%m-%d'],
    [TIME, '%Y-%m-%dT%H:%M:%S'],
  ] as const)
    if (values.every((value) => typeof value === 'string' && pattern.test(value)))
      return selectorOf({ ...common, data_type: 'datetime', validation: `format=${format}` });
  return selectorOf({ ...common, data_type: 'string' });
}
