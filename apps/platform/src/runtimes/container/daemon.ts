import type Docker from 'dockerode';

import { RuntimeError } from '../errors.ts';

/** What the daemon is, as far as it matters here. */
export interface Daemon {
  readonly docker: Docker;
  readonly name: 'Docker' | 'Podman';
  readonly version: string;
  /** It runs without root, with ids of users mapped. */
  readonly rootless: boolean;
  readonly cgroupDriver: string;
}

/**
 * Asks who listens behind a socket.
 * @throws RuntimeError `runtime_unavailable`
 */
export async function findDaemon(socketPath: string): Promise<Daemon> {
  // Loaded where there are containers: it takes a start 0.1 s of processor time.
  const { default: DockerClient } = await import('dockerode');
  const docker = new DockerClient({ socketPath });
  try {
    const [version, info] = (await Promise.all([docker.version(), docker.info()])) as [
      { Version: string; Components?: readonly { Name: string }[] },
      { CgroupDriver?: string; Rootless?: boolean; SecurityOptions?: readonly string[] },
    ];
    const podman = version.Components?.some(({ Name }) => Name.startsWith('Podman')) === true;
    return {
      docker,
      name: podman ? 'Podman' : 'Docker',
      version: version.Version,
      rootless:
        info.Rootless === true ||
        info.SecurityOptions?.some((option) => option.includes('rootless')) === true,
      cgroupDriver: info.CgroupDriver ?? 'unknown',
    };
  } catch (error) {
    throw new RuntimeError(
      'runtime_unavailable',
      `No container engine answers at ${socketPath}: ${error instanceof Error ? error.message : String(error)}. ` +
        'Start Docker or `podman system service`, or set FUSION_CONTAINER_SOCKET.',
      { cause: error },
    );
  }
}

/** Whether the daemon said that the thing is not there. */
export const isNotFound = (error: unknown): boolean => statusOf(error) === 404;
/** Whether it said that this has been done already. */
export const isDone = (error: unknown): boolean => [304, 409].includes(statusOf(error) ?? 0);

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | null)?.statusCode;
}
