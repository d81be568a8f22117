import { text } from 'node:stream/consumers';

import type { Cli } from '../command/index.ts';
import { CliError, exitCodes } from '../errors/index.ts';
import { findPlatformPackage, spawnPlatformProgram } from '../platform-package.ts';
import { dataFolder } from './data-folder.ts';

/** What the administration of a platform says in the end: for people, for programs, and the one thing that matters. */
export interface Administered {
  readonly text: string;
  readonly json: unknown;
  readonly ids: readonly string[];
}

interface Question {
  readonly data: string | undefined;
  readonly args: readonly string[];
  /** Told of what is under way. */
  readonly heard?: (message: unknown) => void;
}

interface Fault {
  readonly message: string;
  readonly kind: 'usage' | 'not_found' | 'refused' | 'fault';
}

const codes = {
  usage: exitCodes.usage,
  not_found: exitCodes.notFound,
  refused: exitCodes.refused,
  fault: exitCodes.fault,
};

/**
 * Runs the administration of a platform on this machine, which asks the platform itself while it runs. An interruption
 * ends it.
 * @throws CliError with what it says
 */
export async function administrate(
  { env, signal }: Pick<Cli, 'env' | 'signal'>,
  { data, args, heard }: Question,
): Promise<Administered> {
  const child = spawnPlatformProgram(findPlatformPackage(env), 'admin', args, {
    env: { ...env, FUSION_DATA: dataFolder(data, env) },
    // A group of its own: it is this command that an interruption in a terminal reaches.
    detached: true,
    stdio: ['inherit', 'ignore', 'pipe', 'ipc'],
  });
  let done: Administered | undefined;
  let fault: Fault | undefined;
  child.on('message', (message: { readonly done?: Administered; readonly fault?: Fault }) => {
    if (message.done) done = message.done;
    else if (message.fault) fault = message.fault;
    else heard?.(message);
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = new Promise<number | null>((settle, fail) => {
      child.once('close', settle);
      child.once('error', fail);
    });
    const [code, said] = await Promise.all([ended, text(child.stderr!)]);
    signal.throwIfAborted();
    if (code === 0 && done) return done;
    const { message, kind } = fault ?? { message: said.trim(), kind: 'fault' };
    throw new CliError(message.split('\n\n')[0] || `The administration ended with ${String(code)}`, {
      exitCode: codes[kind],
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
