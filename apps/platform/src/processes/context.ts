import type { ModelValue, Process, Scalar } from '@fusion-platform/contract';

import type { Catalogue } from '../catalogue/index.ts';
import type { Data } from '../data/index.ts';
import type { Database } from '../database/index.ts';

type Value = ModelValue<typeof Process>;
export type ProcessValue = { readonly [K in keyof Value]?: Value[K] | null };
export type ProcessFields = Partial<Value>;

export interface ProcessesSettings {
  /** How many slices a region may be cut into. */
  readonly maximumSlices: number;
}

/** What every part of the subject shares. */
export interface Context {
  readonly database: Database;
  readonly catalogue: Pick<
    Catalogue,
    'aggregations' | 'chain' | 'dispatchers' | 'get' | 'manifest' | 'refusals' | 'runnable'
  >;
  readonly data: Pick<Data, 'describe' | 'regionOf' | 'setUses'>;
  readonly settings: ProcessesSettings;
}

export interface ProcessPage {
  readonly list: ProcessValue[];
  readonly last?: Readonly<Record<string, Scalar>>;
}
