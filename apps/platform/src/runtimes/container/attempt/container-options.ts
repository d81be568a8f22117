import type { ContainerCreateOptions, HostConfig } from 'dockerode';

import type { Job } from '../../runtime.ts';

/** The folder of the job inside the container. */
export const jobFolder = '/fusion/job';
const maximumProcesses = 1024;

export interface ContainerSetting {
  /** Marks the containers of this platform. */
  readonly owner: string;
  readonly image: string;
  /** Absolute paths on the host. */
  readonly work: string;
  readonly temporary: string;
  /** Null keeps the image's own. */
  readonly command: readonly string[] | null;
  /** Absolute paths on the host that are shown at the same place: code of the service and its packages. */
  readonly readOnly: readonly string[];
  /** The host's folder for `sharedCache`. */
  readonly cache: string | null;
  /** `uid:gid` inside. */
  readonly user: string;
  /** Keeps the user's id on the host the same as inside, where a daemon without root maps ids. */
  readonly keepsUser: boolean;
  /** The control group that bounds memory, made by the runtime; null: the daemon makes and bounds it. */
  readonly cgroupParent: string | null;
  /** The daemon's network for services that may reach addresses. */
  readonly network: string;
  readonly log: NonNullable<HostConfig['LogConfig']>;
}

export const containerName = (attemptId: string): string => `fusion-${attemptId}`;

/**
 * What the daemon is asked to create: a read-only root, no capabilities, no new privileges, an own user, only the folders
 * of the attempt, and the limits of the job.
 */
export function containerOptions(job: Job, setting: ContainerSetting): ContainerCreateOptions {
  const { attemptId, program } = job;
  const { command } = setting;
  return {
    name: containerName(attemptId),
    Image: setting.image,
    ...(command === null ? {} : { Cmd: [...command] }),
    ...(program.kind === 'command' ? { Entrypoint: [] } : {}),
    Env: Object.entries(environmentOf(job, setting)).map(([name, value]) => `${name}=${value}`),
    User: setting.user,
    WorkingDir: jobFolder,
    Hostname: 'component',
    Labels: {
      'fusion-platform.owner': setting.owner,
      'fusion-platform.attempt': attemptId,
      'fusion-platform.component': job.ids.componentId,
      'fusion-platform.execution': job.ids.executionId,
    },
    HostConfig: hostConfig(job, setting),
  };
}

function hostConfig({ resources, network }: Job, setting: ContainerSetting): HostConfig {
  const bytes = Math.round(resources.memoryMb * 1_048_576);
  return {
    Binds: binds(setting),
    NetworkMode: network.kind === 'none' ? 'none' : setting.network,
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    PidsLimit: maximumProcesses,
    NanoCpus: Math.round(resources.cpu * 1e9),
    LogConfig: setting.log,
    RestartPolicy: { Name: 'no' },
    ...(setting.keepsUser ? { UsernsMode: 'keep-id' } : {}),
    // A limit of the daemon's own group would be met first, and what tells of it goes with the container.
    ...(setting.cgroupParent === null
      ? { Memory: bytes, MemorySwap: bytes }
      : { CgroupParent: setting.cgroupParent }),
    ...(resources.gpu > 0
      ? { DeviceRequests: [{ Driver: '', Count: Math.ceil(resources.gpu), Capabilities: [['gpu']] }] }
      : {}),
  };
}

/** The folder itself can be written to: status.json and outcome.json go there. */
function binds({ work, temporary, readOnly, cache }: ContainerSetting): string[] {
  return [
    `${work}:${jobFolder}:rw`,
    ...['inputs', 'job.json'].map((name) => `${work}/${name}:${jobFolder}/${name}:ro`),
    `${temporary}:/tmp:rw`,
    ...readOnly.map((path) => `${path}:${path}:ro`),
    ...(cache === null ? [] : [`${cache}:/fusion/cache:rw`]),
  ];
}

function environmentOf(job: Job, { cache }: ContainerSetting): Record<string, string> {
  return {
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...job.environment,
    HOME: '/tmp',
    TMPDIR: '/tmp',
    FUSION_JOB_DIR: jobFolder,
    FUSION_ATTEMPT_ID: job.attemptId,
    ...(cache === null || job.sharedCache === null
      ? {}
      : { FUSION_BLOCK_CACHE: '/fusion/cache', FUSION_BLOCK_CACHE_MB: String(job.sharedCache.megabytes) }),
  };
}
