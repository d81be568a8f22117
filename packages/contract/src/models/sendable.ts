import * as z from 'zod';

import { Input } from './parts/index.ts';

/**
 * The schema of a field as clients send it: an input may be without data. A service may set it from another one, and of
 * what is wanting then the platform says more than a form can.
 */
export function sendable(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodOptional) return rewrapped(field, (inner) => inner.optional());
  if (field instanceof z.ZodNullable) return rewrapped(field, (inner) => inner.nullable());
  if (field instanceof z.ZodArray && field.element === Input) return z.array(OpenInput);
  return field;
}

const OpenInput = Input.extend({ id: Input.shape.id.nullish() }).meta({ id: 'OpenInput', title: 'Input' });

function rewrapped(field: z.ZodOptional | z.ZodNullable, wrap: (inner: z.ZodType) => z.ZodType): z.ZodType {
  const inner = field.unwrap() as z.ZodType;
  const open = sendable(inner);
  return open === inner ? field : wrap(open).meta(field.meta() ?? {});
}
