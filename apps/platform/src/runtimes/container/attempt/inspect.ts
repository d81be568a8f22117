import type { Container, ContainerInspectInfo } from 'dockerode';

import { isNotFound } from '../daemon.ts';

/** What the daemon knows of a container; null where it does not know it. */
export async function inspect(container: Container): Promise<ContainerInspectInfo | null> {
  return await container.inspect().catch((error: unknown) => {
    if (isNotFound(error)) return null;
    throw error;
  });
}
