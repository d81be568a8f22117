import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll } from 'vitest';

const shared = new URL('../../../../../shared/data/', import.meta.url).pathname;
const findings = new URL('../../../../../shared/findings/', import.meta.url).pathname;

/** Path of a file of the shared test data, and whether it is there. */
export function sharedFile(name: string): { path: string; absent: boolean } {
  const path = join(shared, name);
  return { path, absent: !existsSync(path) };
}

/** Path of a file that was once read wrongly, and whether it is there. */
export function findingsFile(name: string): { path: string; absent: boolean } {
  const path = join(findings, name);
  return { path, absent: !existsSync(path) };
}

/** A folder for one test file, removed after it; gives a function that names files in it. */
export function temporaryFolder(): (name: string) => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'geo-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return (name) => join(folder, name);
}
