import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { RuntimeError } from '../errors.ts';
import { removeTree } from '../remove-tree.ts';
import { writeDocument } from '../write-document.ts';
import type { Job } from '../runtime.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What of a job is written down, for `collect`: no secrets, and nothing that a service could change. */
export interface JobRecord extends Pick<Job, 'outputs' | 'resources' | 'network'> {
  /** Of a version of the platform that did not write it down yet, undefined. */
  readonly serviceFolder?: string;
}

/**
 * The folders of attempts: `<id>/job` is the component's, all else below `<id>` the runtime's.
 * @throws RuntimeError `invalid_attempt` for an id that is no UUID, since it becomes part of a path
 */
export function attemptFolder(attemptsFolder: string, attemptId: string): { base: string; job: string } {
  if (!uuid.test(attemptId))
    throw new RuntimeError(
      'invalid_attempt',
      `An attempt's id must be a UUID, not ${JSON.stringify(attemptId)}`,
    );
  const base = join(attemptsFolder, attemptId);
  return { base, job: join(base, 'job') };
}

/** Others may pass through: in a sandbox the component is another user. */
export async function makeAttemptFolder(base: string): Promise<void> {
  await mkdir(base, { recursive: true });
  await chmod(base, 0o711);
}

const recordPath = (base: string): string => join(base, 'record.json');

export async function writeRecord(
  base: string,
  { outputs, resources, network }: Job,
  serviceFolder: string,
): Promise<JobRecord> {
  const record: JobRecord = { outputs, resources, network, serviceFolder };
  await writeDocument(recordPath(base), record);
  return record;
}

/** Undefined for an attempt that was never accepted, or has been forgotten. */
export async function readRecord(base: string): Promise<JobRecord | undefined> {
  try {
    return JSON.parse(await readFile(recordPath(base), 'utf8')) as JobRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function listAttempts(attemptsFolder: string): Promise<readonly string[]> {
  const names = await readdir(attemptsFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => uuid.test(name));
}

export const removeAttemptFolder = async (base: string): Promise<void> => await removeTree(base);
