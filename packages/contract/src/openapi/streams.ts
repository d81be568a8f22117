import * as z from 'zod';

import type { JsonSchema, Schemas } from './json-schema.ts';

/**
 * What OpenAPI 3.1 has no word for: the form of each event of a stream. It is written as OpenAPI 3.2 has it
 * (`itemSchema`), under a name of our own.
 */
export function eventSchema(schemas: Schemas, event: z.ZodType): JsonSchema {
  const kinds = event instanceof z.ZodDiscriminatedUnion ? (event.options as z.ZodObject[]) : [];
  return {
    'x-item-schema': {
      oneOf: kinds.map(({ shape }) => {
        const { event: name, ...data } = shape as Record<string, z.ZodType>;
        return {
          type: 'object',
          properties: {
            event: schemas.of(name!),
            data: {
              type: 'string',
              contentMediaType: 'application/json',
              contentSchema: schemas.of(z.object(data)),
            },
          },
          required: ['event', 'data'],
        };
      }),
    },
  };
}
