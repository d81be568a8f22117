import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { email, password, root } from './platform.ts';

const run = promisify(execFile);
const environments = join(root, 'node_modules', '.cache', 'python');

/** The interpreter of a virtual environment, or why there is none. */
export type Interpreter =
  | { readonly python: string; readonly missing?: never }
  | { readonly missing: string; readonly python?: never };

/** A virtual environment with those packages, made on first use; binary packages only, nothing is compiled. */
export async function pythonEnvironment(requirements: readonly string[]): Promise<Interpreter> {
  const hash = createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 16);
  const folder = join(environments, hash);
  const found = { python: join(folder, 'bin', 'python') };
  if (existsSync(found.python)) return found;
  // Made apart and moved into place when it is whole: several tests may make it at the same time.
  const made = join(environments, `${hash}.${randomUUID()}`);
  try {
    await mkdir(dirname(made), { recursive: true });
    await run('python3', ['-m', 'venv', made]);
    await run(join(made, 'bin', 'python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--only-binary=:all:',
      ...requirements,
    ]);
    await rename(made, folder).catch((error: unknown) => {
      if (!existsSync(found.python)) throw error;
    });
    return found;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return { missing: `${requirements.join(', ')} cannot be installed for Python here: ${reason}` };
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** The public client of the API, its newest release, with packages that a script needs beside it. */
export async function pythonClient(beside: readonly string[] = []): Promise<Interpreter> {
  return await pythonEnvironment(['fusion-platform-python-sdk>=2.2.5', ...beside]);
}

/**
 * Runs one of our scripts around the public client.
 * @returns what it printed
 * @throws with what it said when it fails, or is not done after 580 s: less than a test has
 */
export async function runPython(
  interpreter: Interpreter,
  script: string,
  args: readonly string[],
  options: {
    readonly folder: string;
    readonly url: string;
    /** What is typed once it asks for something: the answers by a word of each question. */
    readonly answers?: Readonly<Record<string, string>>;
  },
): Promise<string> {
  if (interpreter.missing !== undefined) throw new Error(interpreter.missing);
  const running = run(interpreter.python, [join(root, 'e2e/python', script), ...args], {
    cwd: options.folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: options.folder,
      // Pictures go nowhere: there is no screen.
      MPLBACKEND: 'Agg',
      FUSION_URL: options.url,
      FUSION_EMAIL: email,
      FUSION_PASSWORD: password,
    },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 580_000,
    killSignal: 'SIGKILL',
  });
  answer(running.child, options.answers ?? {});
  return await running.then(
    ({ stdout }) => stdout,
    (error: Error & { readonly stdout: string; readonly stderr: string }) => {
      throw new Error(`${script} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`, {
        cause: error,
      });
    },
  );
}

function answer(child: ChildProcess, answers: Readonly<Record<string, string>>): void {
  const waiting = new Map(Object.entries(answers));
  let said = '';
  child.stdout?.on('data', (chunk: string) => {
    said += chunk;
    for (const [word, typed] of waiting)
      if (said.includes(word)) {
        waiting.delete(word);
        child.stdin?.write(`${typed}\n`);
      }
    if (waiting.size === 0) child.stdin?.end();
  });
}
