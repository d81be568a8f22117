import { z } from 'zod';

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
