import type * as z from 'zod';

/** What is said of a field besides its type. */
export interface FieldOptions {
  /** A short human name. */
  readonly title: string;
  /** What the field holds, with its unit where it has one. */
  readonly description: string;
  /** May be absent or null. */
  readonly nullable?: true;
  /** Set by the platform alone: ignored when a client sends it. */
  readonly readOnly?: true;
  /** Travels on the wire but is not among the attributes that a user is shown. */
  readonly hidden?: true;
  /** Not part of the original API: another platform does not send it. Always nullable. */
  readonly extension?: true;
}

declare const flags: unique symbol;

/** The flags of a field, carried in its type alone. */
export interface Flagged<F extends 'readOnly' | 'hidden'> {
  readonly [flags]: { readonly [K in F]: true };
}

export type Field<S extends z.ZodType, O extends FieldOptions> = (O extends { nullable: true }
  ? z.ZodOptional<z.ZodNullable<S>>
  : S) &
  (O extends { readOnly: true } ? Flagged<'readOnly'> : unknown) &
  (O extends { hidden: true } ? Flagged<'hidden'> : unknown);

/** Wraps a wire type as a field: its flags travel with the schema as metadata, into OpenAPI as well. */
export function field<S extends z.ZodType, const O extends FieldOptions>(schema: S, options: O): Field<S, O> {
  const { nullable, readOnly, hidden, extension, title, description } = options;
  const base = nullable ? schema.nullable().optional() : schema;
  return base.meta({
    title,
    description,
    ...(readOnly ? { readOnly } : {}),
    ...(hidden ? { 'x-hidden': true } : {}),
    ...(extension ? { 'x-extension': true } : {}),
  }) as unknown as Field<S, O>;
}
