import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Job, Observation } from '../../runtime.ts';
import { RuntimeError } from '../../errors.ts';
import { writeDocument, writeFirstDocument } from '../../write-document.ts';

/** Where one attempt is, inside the state folder. `work` is what the service sees as its job folder. */
export interface ContainerAttemptFiles {
  readonly folder: string;
  readonly job: string;
  readonly state: string;
  readonly end: string;
  readonly metrics: string;
  /** Where Podman writes the log. */
  readonly log: string;
  readonly work: string;
  readonly temporary: string;
}

/** What the runtime has decided about an attempt; the daemon knows the rest. */
export interface StateDocument {
  /** The container was started: if the daemon does not know it any more, it is gone. */
  readonly started: boolean;
  readonly imageDigest: string | null;
  /** Why the platform ends it. */
  readonly ending: { readonly why: 'cancel' | 'timeout' | 'storage'; readonly killAt: string } | null;
}

/** How it ended: the part of an observation that does not change any more. Written once. */
export type EndDocument = Pick<
  Observation,
  'state' | 'reason' | 'exitCode' | 'imageDigest' | 'startedAt' | 'endedAt' | 'usage'
>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isAttemptId = (text: string): boolean => uuid.test(text);

/** @throws RuntimeError `invalid_attempt` for an id that is no UUID, since it becomes part of a path */
export function containerAttemptFiles(stateFolder: string, attemptId: string): ContainerAttemptFiles {
  const id = attemptId.toLowerCase();
  if (!isAttemptId(id))
    throw new RuntimeError('invalid_attempt', `An attempt's id must be a UUID, not ${JSON.stringify(id)}`);
  const folder = join(stateFolder, 'attempts', id);
  return {
    folder,
    job: join(folder, 'attempt.json'),
    state: join(folder, 'state.json'),
    end: join(folder, 'end.json'),
    metrics: join(folder, 'metrics.ndjson'),
    log: join(folder, 'container.log'),
    work: join(folder, 'work'),
    temporary: join(folder, 'tmp'),
  };
}

/** The ids of all attempts that were accepted here. */
export async function listAttempts(stateFolder: string): Promise<string[]> {
  const names = await readdir(join(stateFolder, 'attempts')).catch(() => []);
  return names.filter(isAttemptId);
}

/** Writes down a job that is accepted; the first one under its id stays. */
export async function writeJob(files: ContainerAttemptFiles, job: Job): Promise<void> {
  if ((await readJob(files)) !== null) return;
  await mkdir(files.temporary, { recursive: true, mode: 0o700 });
  // Its environment may hold secrets: the file is private.
  await writeFirstDocument(files.job, job);
}

export const readJob = async ({ job }: ContainerAttemptFiles): Promise<Job | null> =>
  (await readDocument(job)) as Job | null;

export const readEnd = async ({ end }: ContainerAttemptFiles): Promise<EndDocument | null> =>
  (await readDocument(end)) as EndDocument | null;

export async function readState({ state }: ContainerAttemptFiles): Promise<StateDocument> {
  return (
    ((await readDocument(state)) as StateDocument | null) ?? {
      started: false,
      imageDigest: null,
      ending: null,
    }
  );
}

export async function changeState(
  files: ContainerAttemptFiles,
  change: Partial<StateDocument>,
): Promise<StateDocument> {
  const state = { ...(await readState(files)), ...change };
  await writeDocument(files.state, state);
  return state;
}

/**
 * Writes down how it ended. Two platforms may see the same end: the first one counts.
 * @returns what is written down
 */
export async function writeEnd(files: ContainerAttemptFiles, document: EndDocument): Promise<EndDocument> {
  await writeFirstDocument(files.end, document);
  return (await readEnd(files)) ?? document;
}

async function readDocument(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
