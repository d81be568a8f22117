import { execFile } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import type { AttemptSpec } from '../local/attempts.ts';
import { sandboxArguments } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

/** Marks every process of an attempt, so that those which left its group are found where nothing else holds them. */
export const ATTEMPT_MARK = 'FUSION_ATTEMPT_ID';

export interface LaunchSetting {
  sandbox: Sandbox | null;
  temporary: string;
  /** Files of control groups to join; see Cgroup. */
  joinFiles: readonly string[];
  /** Bounds what one process may allocate where no control group does. */
  dataLimitBytes: number | null;
  /** `setpriv` ends the command with its parent where no sandbox does. */
  diesWithParent: boolean;
}

export interface Launch {
  program: string;
  args: string[];
  environment: Record<string, string>;
}

/**
 * The command line that runs an attempt: a shell that joins the control groups and becomes the sandbox, which becomes
 * (runs, rather) the command. The shell costs about a millisecond.
 */
export function buildLaunch(spec: AttemptSpec, setting: LaunchSetting): Launch {
  const prelude = [
    ...setting.joinFiles.map((_, index) => `echo 0 > "$${index + 1}"`),
    ...(setting.joinFiles.length > 0 ? [`shift ${setting.joinFiles.length}`] : []),
    ...(setting.dataLimitBytes === null ? [] : [`ulimit -d ${Math.ceil(setting.dataLimitBytes / 1024)}`]),
    'exec "$@"',
  ].join(' && ');
  return {
    program: '/bin/sh',
    args: ['-c', prelude, 'attempt', ...setting.joinFiles, ...confine(spec, setting)],
    environment: buildEnvironment(spec, setting),
  };
}

function confine(spec: AttemptSpec, setting: LaunchSetting): string[] {
  const { sandbox, temporary, diesWithParent } = setting;
  const { command } = spec;
  if (sandbox === null)
    return diesWithParent ? ['setpriv', '--pdeathsig', 'KILL', '--', ...command] : [...command];
  const { folder, shared = [] } = spec;
  const folders = { folder, temporary, shared, readOnly: [spec.serviceFolder, ...spec.readOnly] };
  return [sandbox.program, ...sandboxArguments(sandbox, folders, spec.network), '--', ...command];
}

function buildEnvironment(spec: AttemptSpec, { sandbox, temporary }: LaunchSetting): Record<string, string> {
  const home = sandbox === null ? temporary : '/tmp';
  return {
    PATH: `${dirname(realpathSync(process.execPath))}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...spec.environment,
    HOME: home,
    TMPDIR: home,
    FUSION_JOB_DIR: spec.folder,
    [ATTEMPT_MARK]: spec.attemptId,
  };
}

/**
 * The command with what stands for a path made one: `node` is this Node, with the export conditions that its code needs
 * (TypeScript files run from the sources), and names of files of the service folder become absolute.
 */
export function resolveCommand(command: readonly string[], serviceFolder: string): string[] {
  const resolved = command.map((part, index) => {
    if (part === '' || part.startsWith('-') || isAbsolute(part) || (index === 0 && !part.includes('/')))
      return part;
    const path = join(serviceFolder, part);
    return existsSync(path) && statSync(path).isFile() ? path : part;
  });
  const [program, ...args] = resolved;
  if (program !== 'node') return resolved;
  const fromSources = args.some((part) => part.endsWith('.ts'));
  return [realpathSync(process.execPath), ...(fromSources ? ['--conditions=fusion-source'] : []), ...args];
}

/** Whether `setpriv` (of util-linux) can have a process end with its parent. */
export async function findParentDeathSignal(): Promise<boolean> {
  try {
    await promisify(execFile)('setpriv', ['--pdeathsig', 'KILL', '--', '/bin/true'], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
