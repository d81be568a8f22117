import type { Filter, FilterModifier, Scalar } from '@fusion-platform/contract';

import type { Collection } from './collection.ts';

/** What a find method gives. */
export interface Found<T> {
  /** The first match, or undefined when there is none. */
  readonly first: T | undefined;
  /** All matches, the first included. */
  readonly all: Collection<T>;
}

export async function found<T>(all: Collection<T>, signal: AbortSignal | undefined): Promise<Found<T>> {
  return { first: await all.first({ signal }), all };
}

/** The filters of those values that are given. */
export function filtersOf(
  ...wanted: readonly (readonly [field: string, modifier: FilterModifier, value: Scalar | undefined])[]
): readonly Filter[] {
  return wanted.flatMap(([field, modifier, value]) =>
    value === undefined ? [] : [{ field, modifier, value }],
  );
}
