import * as z from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Gathers the schemas of a document, so that each named one is written once. */
export interface Schemas {
  /** The wire form of a schema: a reference when it has a name, the schema itself when not. */
  of(schema: z.ZodType): JsonSchema;
  /** The named ones met so far, and those added. */
  readonly components: Record<string, JsonSchema>;
}

export function createSchemas(): Schemas {
  const components: Record<string, JsonSchema> = {};
  return {
    components,
    of: (schema) => {
      const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io: 'input', override: plain });
      for (const [name, definition] of Object.entries($defs ?? {})) {
        components[name] ??= pointed(definition) as JsonSchema;
      }
      return pointed(root) as JsonSchema;
    },
  };
}

export const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Leaves out what says nothing to a reader: the pattern behind a format, the range of a safe integer. */
function plain({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema['format'] === 'uuid' || jsonSchema['format'] === 'email') delete jsonSchema['pattern'];
  if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
  if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
  delete jsonSchema['propertyNames'];
  joinNull(jsonSchema);
}

/** `anyOf: [{type: T, …}, {type: null}]` says the same as `type: [T, null], …`, at greater length. */
function joinNull(schema: JsonSchema): void {
  const [inner, nothing, ...rest] = (schema['anyOf'] ?? []) as JsonSchema[];
  if (rest.length > 0 || nothing?.['type'] !== 'null' || typeof inner?.['type'] !== 'string') return;
  delete schema['anyOf'];
  Object.assign(schema, inner, { type: [inner['type'], 'null'] });
}

/** Turns references within one schema into references within the document. */
function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === '$ref' && typeof item === 'string'
        ? [key, item.replace('#/$defs/', '#/components/schemas/')]
        : [key, pointed(item)],
    ),
  );
}
