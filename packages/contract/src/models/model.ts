import * as z from 'zod';

import type { Flagged } from '../fields/index.ts';

/** One model of the API: its name, its schema with the fields in wire order, and their flags by name. */
export interface AnyModel {
  readonly name: string;
  readonly schema: z.ZodObject;
  readonly fields: readonly string[];
  readonly readOnly: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
}

export interface Model<N extends string, S extends z.core.$ZodLooseShape> extends AnyModel {
  readonly name: N;
  readonly schema: z.ZodObject<S>;
  readonly fields: readonly (keyof S & string)[];
}

type NamesWith<M extends AnyModel, F extends 'readOnly' | 'hidden'> = {
  [K in keyof M['schema']['shape']]: M['schema']['shape'][K] extends Flagged<F> ? K : never;
}[keyof M['schema']['shape']];
/** The fields that only the platform sets. */
export type ReadOnlyNames<M extends AnyModel> = NamesWith<M, 'readOnly'>;
/** The fields that are not among the attributes that a user is shown. */
export type HiddenNames<M extends AnyModel> = NamesWith<M, 'hidden'>;

/** The value of a model once parsed. */
export type ModelValue<M extends AnyModel> = z.output<M['schema']>;

export function model<const N extends string, S extends z.core.$ZodLooseShape>(
  name: N,
  title: string,
  description: string,
  shape: S,
): Model<N, S> {
  const flagged = (flag: string): ReadonlySet<string> =>
    new Set(
      Object.entries(shape).flatMap(([key, schema]) => ((schema as z.ZodType).meta()?.[flag] ? [key] : [])),
    );
  return {
    name,
    schema: z.object(shape).meta({ id: name, title, description }),
    fields: Object.keys(shape),
    readOnly: flagged('readOnly'),
    hidden: flagged('x-hidden'),
  };
}
