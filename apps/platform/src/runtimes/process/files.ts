import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { RuntimeError } from '../errors.ts';
import { removeTree } from '../remove-tree.ts';
import type { AttemptEnded } from '../local/attempts.ts';
import type { ProcessIdentity } from './process-table.ts';

/** Where one attempt's own files are, inside the state folder. They are the truth; a supervisor is only needed to act. */
export interface AttemptFiles {
  folder: string;
  state: string;
  log: string;
  metrics: string;
  exit: string;
  /** What the component sees as /tmp. */
  temporary: string;
}

/** Written before the process is launched. */
export interface StateDocument {
  attemptId: string;
  folder: string;
  supervisor: ProcessIdentity;
}

/** Written once, by rename, after the last log record and sample. */
export type ExitDocument = Omit<AttemptEnded, 'state'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function attemptsFolder(stateFolder: string): string {
  return join(stateFolder, 'attempts');
}

/** Throws RuntimeError `invalid_attempt` for an id that is no UUID, since the id becomes part of a path. */
export function attemptFiles(stateFolder: string, attemptId: string): AttemptFiles {
  if (!UUID.test(attemptId)) {
    throw new RuntimeError(
      'invalid_attempt',
      `An attempt's id must be a UUID, not ${JSON.stringify(attemptId)}`,
    );
  }
  return filesIn(join(attemptsFolder(stateFolder), attemptId.toLowerCase()));
}

export function filesIn(folder: string): AttemptFiles {
  // Asked at each look at an attempt: `join` would take each path to pieces.
  return {
    folder,
    state: `${folder}/state.json`,
    log: `${folder}/log.ndjson`,
    metrics: `${folder}/metrics.ndjson`,
    exit: `${folder}/exit.json`,
    temporary: `${folder}/tmp`,
  };
}

/** A Unix socket's path may have about 104 bytes; a longer one moves to the system's temporary folder. */
export function socketPath(stateFolder: string): string {
  const direct = join(stateFolder, 'supervisor.sock');
  if (Buffer.byteLength(direct) <= 100) return direct;
  return join(tmpdir(), `fusion-platform-${userInfo().uid}`, `${shortHash(stateFolder)}.sock`);
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Null when it is not there. */
export function readState(files: AttemptFiles): StateDocument | null {
  return readDocument(files.state) as StateDocument | null;
}

/** Null while there is no result. */
export function readExit(files: AttemptFiles): ExitDocument | null {
  return readDocument(files.exit) as ExitDocument | null;
}

function readDocument(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** By rename first: a claim that is half removed must not look like one. */
export async function forget(folder: string): Promise<void> {
  const doomed = `${folder}.${randomUUID()}.removed`;
  try {
    await rename(folder, doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await removeTree(doomed);
}
