import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { createFolderObjects } from '../../objects/index.ts';
import { stagingObjects } from '../../staging-objects.ts';
import { runtimeConformance } from '../conformance/index.ts';
import type { RuntimeHarness } from '../conformance/index.ts';
import { createProcessRuntime } from './index.ts';
import { killSupervisor } from './test-supervisor.ts';

function bubblewrapWorks(): boolean {
  try {
    execFileSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', '/bin/true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function open(sandbox: 'required' | 'none'): Promise<RuntimeHarness> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'fusion-runtime-')));
  const stateFolder = join(root, 'state');
  const objects = await createFolderObjects(join(root, 'objects'));
  const services = join(root, 'services');
  return {
    runtime: async () =>
      createProcessRuntime({
        stateFolder,
        sandbox,
        metricsMilliseconds: { shortest: 50, longest: 200 },
        idleMilliseconds: 2000,
        attemptsFolder: join(root, 'attempts'),
        nodeId: 'this node',
        objects: stagingObjects(objects),
        serviceFolder: async (id) => await Promise.resolve(join(services, id)),
        readOnly: [],
      }),
    program: async (script) => {
      const serviceId = randomUUID();
      mkdirSync(join(services, serviceId), { recursive: true });
      writeFileSync(join(services, serviceId, 'main.cjs'), script);
      return await Promise.resolve({
        program: { kind: 'command', command: ['node', 'main.cjs'] },
        serviceId,
      });
    },
    objects: {
      put: async (key, content) => ({
        key,
        ...(await objects.put(key, Readable.from([Buffer.from(content)]))),
      }),
      get: async (key) => ((await objects.has(key)) ? await text(await objects.get(key)) : undefined),
    },
    breakDown: async () => await killSupervisor(stateFolder),
    close: async () => {
      await killSupervisor(stateFolder);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const works = bubblewrapWorks();

for (const [name, sandbox] of [
  ['sandboxed', 'required'],
  ['without a sandbox', 'none'],
] as const)
  describe(`The process runtime, ${name}`, () => {
    const isolates = sandbox === 'required';
    const cases = runtimeConformance({
      name,
      open: async () => await open(sandbox),
      missing: isolates && !works ? 'bubblewrap does not work here' : undefined,
      isolates,
      patienceSeconds: 60,
    });
    test.for(cases)('$name', { timeout: 120_000 }, async ({ run, skip }, context) => {
      if (skip !== undefined) context.skip(skip);
      await expect(run()).resolves.toBeUndefined();
    });
  });
