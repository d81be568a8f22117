import { readdir, readFile } from 'node:fs/promises';

import { Ajv } from 'ajv';
import type { AnySchemaObject } from 'ajv';
import addFormats from 'ajv-formats';

import type { StacItem } from '../../src/index.ts';

const ajv = new Ajv({ strict: false, allErrors: true, formats: { iri: true, 'iri-reference': true } });
addFormats.default(ajv);
const folder = new URL('../schemas/', import.meta.url);
for (const name of (await readdir(folder)).filter((entry) => entry.endsWith('.json'))) {
  const schema = JSON.parse(await readFile(new URL(name, folder), 'utf8')) as AnySchemaObject;
  // One of them is published with a slip in its own name.
  const id = schema.$id?.replace(/commonjson$/, 'common.json') ?? name;
  ajv.addSchema({ ...schema, $id: id });
}
// The projection extension refers to it for a field that is not used here.
ajv.addSchema({ $id: 'https://proj.org/schemas/v0.7/projjson.schema.json' });

/** What a schema has against a value. */
export function faults(schema: string, value: unknown): unknown[] {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  ajv.validate(schema, plain);
  return ajv.errors ?? [];
}

/** What the public schemas of STAC and of the extensions that it names have against an item. */
export function itemFaults(item: StacItem | { readonly stac_extensions: readonly string[] }): unknown[] {
  const core = 'https://schemas.stacspec.org/v1.1.0/item-spec/json-schema/item.json';
  return [core, ...item.stac_extensions].flatMap((schema) => faults(schema, item));
}
