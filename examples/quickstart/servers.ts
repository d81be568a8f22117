import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const folder = join(root, '.fusion', 'quickstart');

export interface Server {
  readonly url: string;
  readonly stopped: Promise<unknown>;
  stop(): Promise<void>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The credentials of the quickstart's platform: made on the first run, the same on every later one. */
export async function readCredentials(): Promise<Credentials> {
  const path = join(folder, 'credentials.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Credentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const made = { email: 'analyst@example.com', password: `Eo-${randomBytes(9).toString('base64url')}1a` };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(made, null, 2), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
}

/**
 * Starts one of the repository's servers as a process of its own and waits until it says where it listens.
 * What it logs goes to a file beside the data.
 */
export async function startServer(
  name: string,
  script: string,
  options: {
    readonly args?: readonly string[];
    readonly environment?: Record<string, string>;
    readonly heard?: (message: object) => void;
  } = {},
): Promise<Server> {
  const logPath = join(folder, `${name}.log`);
  const log = createWriteStream(logPath, { flags: 'a' });
  const child = spawn(
    process.execPath,
    ['--conditions=fusion-source', join(root, script), ...(options.args ?? [])],
    {
      cwd: root,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C goes to this process alone, which then stops the servers one after the other.
      detached: true,
    },
  );
  const stopped = once(child, 'exit');
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  const url = await listening(child, options.heard, async (code) => {
    const tail = (await readFile(logPath, 'utf8')).trim().split('\n').slice(-12).join('\n');
    throw new Error(
      `The ${name} ended (${String(code)}) before it listened. The end of its log, ${logPath}:\n${tail}`,
    );
  });
  return {
    url,
    stopped,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await stopped;
    },
  };
}

async function listening(
  child: ChildProcess,
  heard: ((message: object) => void) | undefined,
  ended: (code: unknown) => Promise<never>,
): Promise<string> {
  return await new Promise((resolveUrl, reject) => {
    child.on('message', (message: { url?: string }) => {
      if (message.url) resolveUrl(message.url);
      else heard?.(message);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => void ended(code ?? signal).catch(reject));
  });
}
