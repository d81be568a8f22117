import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attemptsConformance } from '../local/conformance/index.ts';
import { CgroupParent } from './cgroups.ts';
import { killSupervisor } from './test-supervisor.ts';

// As root, as anybody on a machine with bubblewrap (in the long form only), and on a machine with nothing.
const variants = [
  { name: 'sandboxed', options: { sandbox: 'required' }, needsSandbox: true },
  {
    name: 'sandboxed, without control groups',
    options: { sandbox: 'required', controlGroups: 'none' },
    needsSandbox: true,
    onlyLong: true,
  },
  {
    name: 'without a sandbox or control groups',
    options: { sandbox: 'none', controlGroups: 'none' },
    needsSandbox: false,
  },
];

function bubblewrapWorks(): boolean {
  try {
    execFileSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', '/bin/true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const sandboxes = bubblewrapWorks();
const parent = await CgroupParent.find(join(tmpdir(), `fusion-runtime-${process.pid}`));
await parent?.remove();
const controlGroups = parent !== null;

const long = process.env['FUSION_TEST_LONG'];
const wanted = variants.filter(({ onlyLong }) => (long === 'only' ? onlyLong : long || !onlyLong));

for (const { name, options, needsSandbox } of wanted) {
  describe(`What the process runtime is built upon, ${name}`, () => {
    const subject = {
      name,
      module: new URL('conformance-runtime.ts', import.meta.url).href,
      options,
      isolates: needsSandbox,
      // bubblewrap does not wait for what runs in it, so what its processes took is lost where no control group counts.
      countsProcessorTime: !needsSandbox || (controlGroups && !('controlGroups' in options)),
      breakDown: killSupervisor,
    };
    const missing = needsSandbox && !sandboxes ? 'bubblewrap does not work here' : undefined;
    test.for(attemptsConformance(subject))('$name', async ({ run, skip = missing }, context) => {
      if (skip !== undefined) context.skip(skip);
      await expect(run()).resolves.toBeUndefined();
    });
  });
}
