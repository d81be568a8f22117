import { renameSync, writeFileSync } from 'node:fs';

/**
 * Replaces a small file in one step, so that whoever reads it never sees half of it. Synchronous, because the last
 * state has to be on disk before the process ends; the files are a few hundred bytes.
 */
export function writeJsonAtomically(path: string, value: unknown): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, JSON.stringify(value));
  renameSync(partial, path);
}
