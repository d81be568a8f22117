import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Cli } from '../../command/index.ts';
import { CliError, exitCodes } from '../../errors/index.ts';
import { configFolder, readProfiles } from '../../session/index.ts';
import { look } from './check.ts';
import type { Finding } from './check.ts';

const oldestNode = 20;
const patienceMs = 5000;

/** What can be told without a platform. */
export async function checkMachine({ env }: Cli): Promise<Finding[]> {
  return await Promise.all([
    look('node', async () => checkNode()),
    look('configuration', async () => await checkConfiguration(env)),
    look('folder', checkFolder),
    look('gdal', async () => await checkProgram('gdalinfo', 'a platform here uses GDAL in WebAssembly')),
    look(
      'bubblewrap',
      async () =>
        await checkProgram('bwrap', 'a platform here does not keep services apart from the machine'),
    ),
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

/** A program that is of use but not needed. */
async function checkProgram(
  program: string,
  without: string,
): Promise<string | Pick<Finding, 'state' | 'message'>> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: patienceMs });
    return stdout.trim().split('\n')[0]!;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { state: 'missing', message: `${program} is not installed: ${without}` };
    throw fault(`${program} --version fails`, `install ${program} again`);
  }
}

const fault = (message: string, next: string): CliError =>
  new CliError(message, { exitCode: exitCodes.fault, next });
