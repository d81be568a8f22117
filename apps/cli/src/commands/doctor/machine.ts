import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Cli } from '../../command/index.ts';
import { configFolder, readProfiles } from '../../session/index.ts';
import { look } from './check.ts';
import type { Finding } from './check.ts';
import { checkDisk } from './platform-here.ts';
import { fault } from './program.ts';
import { checkContainers, checkGdal, checkSandbox, checkSlurm } from './runtimes.ts';

const oldestNode = 20;

/** What can be told without a platform. */
export async function checkMachine(cli: Cli): Promise<Finding[]> {
  const { env } = cli;
  return await Promise.all([
    look('node', async () => checkNode()),
    look('configuration', async () => await checkConfiguration(env)),
    look('folder', checkFolder),
    look('disk', async () => await checkDisk(cli)),
    look('gdal', checkGdal),
    look('bubblewrap', async () => await checkSandbox(env)),
    look('containers', async () => await checkContainers(env)),
    look('slurm', async () => await checkSlurm(env)),
  ]);
}

function checkNode(): string {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= oldestNode) return `Node.js ${node}`;
  throw fault(`Node.js ${node} is too old`, `install Node.js ${oldestNode} or later`);
}

/** Profiles and sessions can be read, and by their owner alone. */
async function checkConfiguration(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = configFolder(env);
  await readProfiles(env);
  const path = join(folder, 'sessions.json');
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return `${folder}, where nobody has logged in yet`;
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    throw fault(`Others can read the session in ${path}`, `chmod 600 '${path}'`);
  return folder;
}

async function checkFolder(): Promise<string> {
  const folder = process.cwd();
  try {
    await access(folder, constants.W_OK);
  } catch {
    throw fault(`Nothing can be downloaded to ${folder}: it cannot be written to`, 'use --to FOLDER');
  }
  return `downloads can be written to ${folder}`;
}
