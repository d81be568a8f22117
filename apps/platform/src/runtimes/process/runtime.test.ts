import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { runtimeConformance } from '../conformance/index.ts';
import type { RuntimeHarness } from '../conformance/index.ts';
import { bubblewrapWorks } from '../testing/bubblewrap.ts';
import { conformanceFolder } from '../testing/conformance-folder.ts';
import { createProcessRuntime } from './index.ts';
import { killSupervisor } from './test-supervisor.ts';

async function open(sandbox: 'required' | 'none'): Promise<RuntimeHarness> {
  const { root, staging, objects, serviceFolder, program, remove } = await conformanceFolder();
  const stateFolder = join(root, 'state');
  return {
    runtime: async () =>
      await Promise.resolve(
        createProcessRuntime({
          stateFolder,
          sandbox,
          metricsMilliseconds: { shortest: 50, longest: 200 },
          idleMilliseconds: 2000,
          attemptsFolder: join(root, 'attempts'),
          nodeId: 'this node',
          objects: staging,
          serviceFolder,
          readOnly: [],
        }),
      ),
    program,
    objects,
    breakDown: async () => await killSupervisor(stateFolder),
    close: async () => {
      await killSupervisor(stateFolder);
      remove();
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
      patienceSeconds: 300,
    });
    test.for(cases)('$name', async ({ run, skip }, context) => {
      if (skip !== undefined) context.skip(skip);
      await expect(run()).resolves.toBeUndefined();
    });
  });
