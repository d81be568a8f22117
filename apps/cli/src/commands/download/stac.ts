import { join } from 'node:path';

import type { Data, DataFile, ProcessServiceExecution } from 'fusion-platform';

import { fileName } from './layout.ts';

/** A small file that is written, not fetched. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** The STAC items of the files and, where there are some, the collection that spans them. */
export function stacDocuments(
  data: Data,
  files: readonly DataFile[],
  component: ProcessServiceExecution,
  folder: string,
): readonly Document[] {
  const items = files.flatMap((file) => {
    const { item, fileName: name } = file.getStacItem();
    return item && name ? [{ item, fileName: fileName(name) }] : [];
  });
  if (items.length === 0) return [];
  const software = Object.fromEntries(
    (component.options ?? []).map(({ name, value }) => [name, value ?? '']),
  );
  const collection = data.getStacCollection({
    items,
    // As the Python command calls it.
    fileName: '.collection.stac',
    lineage: component.name,
    createdAt: component.created_at,
    software,
  });
  return [
    ...items.map(({ item, fileName: name }) => document(folder, name, item)),
    document(folder, collection.fileName, collection.collection),
  ];
}

const document = (folder: string, name: string, json: unknown): Document => ({
  path: join(folder, name),
  text: `${JSON.stringify(json)}\n`,
});
