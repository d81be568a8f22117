import type { Feature, Geometry } from 'geojson';

import type { SelectorAnalysis } from '../findings/index.ts';
import { Column } from '../findings/index.ts';
import { digitsOf } from './exact-integer.ts';

const MAX_PROPERTIES = 500;

/** One selector for each property name, in the order in which the names first appear. */
export function propertySelectors(features: readonly Feature<Geometry | null>[]): SelectorAnalysis[] {
  const columns = new Map<string, Column>();
  for (const { properties } of features)
    for (const [name, value] of Object.entries(properties ?? {})) {
      let column = columns.get(name);
      if (column === undefined && columns.size < MAX_PROPERTIES)
        columns.set(name, (column = new Column(name)));
      const digits = digitsOf(value);
      if (digits === null) column?.add(simple(value));
      else column?.add(Number(digits), digits);
    }
  for (const { properties } of features)
    for (const [name, value] of Object.entries(properties ?? {})) {
      const number = typeof value === 'number' ? value : Number(digitsOf(value) ?? Number.NaN);
      if (!Number.isNaN(number) && columns.get(name)?.numeric === true)
        columns.get(name)?.addToHistogram(number);
    }
  return [...columns.values()].map((column) => column.selector());
}

function simple(value: unknown): string | number | boolean | null {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      return value === null || value === undefined ? null : JSON.stringify(value);
  }
}
