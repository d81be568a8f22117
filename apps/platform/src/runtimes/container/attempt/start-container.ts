import type { Container, ContainerCreateOptions } from 'dockerode';

import { isDone } from '../daemon.ts';
import type { Daemon } from '../daemon.ts';
import { inspect } from './inspect.ts';

/**
 * Makes the container of an attempt and starts it, unless a platform before has done so.
 * @returns what the daemon says where it cannot be started
 */
export async function startContainer(
  daemon: Daemon,
  container: Container,
  options: ContainerCreateOptions,
): Promise<string | undefined> {
  try {
    await createWithInit(daemon, options);
  } catch (error) {
    // By the platform before, which was killed: it has the same name, so it is the same.
    if (!isDone(error)) throw error;
  }
  // One that has begun already is never begun again: the platform before may have been killed right after it.
  const status = (await inspect(container))?.State.Status;
  if (status !== undefined && !['created', 'configured', 'initialized'].includes(status)) return undefined;
  try {
    await container.start();
  } catch (error) {
    // What cannot be executed is seen by looking at the container.
    if (!isDone(error)) return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}

/**
 * With a small init in front: the first process of a container ignores signals, its own too, and nobody waits for what
 * others leave behind. Podman has it where `catatonit` is installed.
 */
async function createWithInit({ docker }: Daemon, options: ContainerCreateOptions): Promise<void> {
  try {
    await docker.createContainer({ ...options, HostConfig: { ...options.HostConfig, Init: true } });
  } catch (error) {
    if (!/init|catatonit/i.test(error instanceof Error ? error.message : '')) throw error;
    await docker.createContainer(options);
  }
}
