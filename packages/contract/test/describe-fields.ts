import * as z from 'zod';

/** A model's fields in a few words each, e.g. `string nullable hidden`, for tests to compare. */
export type Described = { [field: string]: string | { type: string; fields: Described } };

/** With `extensions: false`, only the fields of the original API. */
export function describeFields(
  schema: z.ZodObject,
  { extensions = true }: { readonly extensions?: boolean } = {},
): Described {
  return Object.fromEntries(
    Object.entries(schema.shape)
      .filter(([, field]) => extensions || !(field as z.ZodType).meta()?.['x-extension'])
      .map(([name, field]) => {
        const { type, nested } = wireType(field as z.ZodType);
        const meta = (field as z.ZodType).meta() ?? {};
        const flags = [
          field instanceof z.ZodOptional ? 'nullable' : hasDefault(field as z.ZodType) ? '' : 'required',
          meta['readOnly'] ? 'read_only' : '',
          meta['x-hidden'] ? 'hidden' : '',
        ];
        const text = [type, ...flags].filter(Boolean).join(' ');
        return [name, nested ? { type: text, fields: describeFields(nested, { extensions }) } : text];
      }),
  );
}

function wireType(schema: z.ZodType): { type: string; nested?: z.ZodObject } {
  if (schema instanceof z.ZodOptional) return wireType(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodDefault) return wireType(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNullable) {
    const inner = wireType(schema.unwrap() as z.ZodType);
    return inner;
  }
  if (schema instanceof z.ZodArray) {
    const element = schema.element as z.ZodType;
    if (element instanceof z.ZodObject) return { type: 'list<object>', nested: element };
    const item = wireType(element).type;
    return { type: `list<${item}${element instanceof z.ZodNullable ? '|null' : ''}>` };
  }
  if (schema instanceof z.ZodCodec) return { type: codecType(schema) };
  if (schema instanceof z.ZodGUID) return { type: 'uuid' };
  if (schema instanceof z.ZodEmail) return { type: 'email' };
  if (schema instanceof z.ZodURL) return { type: 'url' };
  if (schema instanceof z.ZodString) return { type: 'string' };
  if (schema instanceof z.ZodNumberFormat) return { type: 'integer' };
  if (schema instanceof z.ZodNumber) return { type: 'decimal' };
  if (schema instanceof z.ZodBoolean) return { type: 'boolean' };
  if (schema instanceof z.ZodRecord) return { type: 'object' };
  throw new Error(`there is no name for the type ${schema.def.type}`);
}

function codecType(schema: z.ZodCodec): string {
  if (schema.def.out instanceof z.ZodString) return 'datetime';
  return 'months' in (schema.def.out as z.ZodObject).shape ? 'relative_delta' : 'time_delta';
}

function hasDefault(schema: z.ZodType): boolean {
  return schema instanceof z.ZodDefault;
}
