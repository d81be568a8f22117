import type { RuntimeDescription } from '../local/attempts.ts';
import type { CgroupParent } from './cgroups.ts';
import type { Sandbox } from './sandbox.ts';

/** Says plainly what the process runtime isolates and enforces on this machine, and what it does not. */
export function describeRuntime(found: {
  sandbox: Sandbox | string;
  controlGroups: CgroupParent | null;
  diesWithParent: boolean;
}): RuntimeDescription {
  const { sandbox, controlGroups, diesWithParent } = found;
  const warnings: string[] = [];
  if (typeof sandbox === 'string') {
    warnings.push(
      `Services run without a sandbox (${sandbox}): they can read and write whatever the platform's user can, and ` +
        'reach the network. Run only services you trust, or install bubblewrap.',
    );
    if (!diesWithParent) {
      warnings.push(
        'There is no setpriv (util-linux): when the supervisor is killed, its services run on until the next one clears them up.',
      );
    }
  }
  if (controlGroups === null) {
    warnings.push(
      'Control groups cannot be made here: memory is watched four times a second instead of being bounded by the kernel, and processors are not bounded.',
    );
  }
  return {
    name: 'process',
    sandbox: typeof sandbox === 'string' ? 'none' : 'bubblewrap',
    limits: {
      cpu:
        controlGroups?.limitsCpu === true
          ? { enforced: true, how: 'control group quota' }
          : { enforced: false, how: 'not bounded: there is no control group for it' },
      memory:
        controlGroups === null
          ? {
              enforced: true,
              how: 'the tree of processes is watched four times a second and ended when above; one process is bounded by ulimit',
            }
          : { enforced: true, how: 'control group' },
      storage: {
        enforced: true,
        how: 'folders are measured every second or so, and the attempt is ended when above',
      },
    },
    warnings,
  };
}
