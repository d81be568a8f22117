import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { CliError, exitCodes } from '../../errors/index.ts';
import type { Finding } from './check.ts';

const patienceMs = 5000;

export type Told = Omit<Finding, 'check'>;

export const fault = (message: string, next: string): CliError =>
  new CliError(message, { exitCode: exitCodes.fault, next });

/** What a program prints. Undefined when it is not installed. @throws Error with what it said, when it fails */
export async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: patienceMs });
    return stdout.trim();
  } catch (error) {
    const { code, killed, stderr, message } = error as NodeJS.ErrnoException & {
      readonly killed?: boolean;
      readonly stderr?: string;
    };
    if (code === 'ENOENT') return undefined;
    const said = stderr?.trim().split('\n').at(-1);
    throw new Error(killed ? `it does not answer within ${patienceMs / 1000} s` : said || message, {
      cause: error,
    });
  }
}

/** What is missing: a fault where the settings ask for it, else only said. */
export const absent = (needed: boolean, message: string, next: string): Told => {
  if (needed) throw fault(message, next);
  return { state: 'missing', message, next };
};
