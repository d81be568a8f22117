import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { createFolderObjects } from '../../objects/index.ts';
import { stagingObjects } from '../../staging-objects.ts';
import type { RuntimeHarness } from '../conformance/index.ts';
import type { StagingObjects } from '../local/staging-objects.ts';

export interface ConformanceFolder {
  readonly root: string;
  readonly staging: StagingObjects;
  readonly objects: RuntimeHarness['objects'];
  readonly serviceFolder: (serviceId: string) => Promise<string>;
  /** Writes JavaScript (CommonJS) as a service of its own. */
  readonly program: RuntimeHarness['program'];
  readonly remove: () => void;
}

/** A folder with a store of objects and services, for a runtime under test. */
export async function conformanceFolder(): Promise<ConformanceFolder> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'fusion-runtime-')));
  const objects = await createFolderObjects(join(root, 'objects'));
  const services = join(root, 'services');
  return {
    root,
    staging: stagingObjects(objects),
    objects: {
      put: async (key, content) => ({
        key,
        ...(await objects.put(key, Readable.from([Buffer.from(content)]))),
      }),
      get: async (key) => ((await objects.has(key)) ? await text(await objects.get(key)) : undefined),
    },
    serviceFolder: async (id) => await Promise.resolve(join(services, id)),
    program: async (script) => {
      const serviceId = randomUUID();
      mkdirSync(join(services, serviceId), { recursive: true });
      writeFileSync(join(services, serviceId, 'main.cjs'), script);
      return await Promise.resolve({
        program: { kind: 'command', command: ['node', 'main.cjs'] },
        serviceId,
      });
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 10 }),
  };
}
