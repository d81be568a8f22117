import { existsSync } from 'node:fs';

import { RuntimeError } from '../errors.ts';
import type { Job } from '../runtime.ts';

/**
 * Where the service of a job is on this machine.
 * @throws RuntimeError `service_gone` where it was once, and is no more
 */
export async function serviceFolderOf(
  find: (serviceId: string) => Promise<string>,
  { service: { id, name, version } }: Pick<Job, 'service'>,
): Promise<string> {
  const folder = await find(id);
  if (existsSync(folder)) return folder;
  throw new RuntimeError('service_gone', `The folder of the service ${name}, version ${version}, is gone`);
}
