import type { Objects } from './objects/index.ts';
import type { StagingObjects } from './runtimes/index.ts';

/** The store of files as runtimes of this machine see it. */
export const stagingObjects = (objects: Pick<Objects, 'toFile' | 'putFile'>): StagingObjects => ({
  place: async (key, path, { readOnly, signal }) =>
    await objects.toFile(key, path, { shared: readOnly, ...(signal && { signal }) }),
  store: async (key, path, { final, signal }) =>
    await objects.putFile(key, path, { final, ...(signal && { signal }) }),
});
