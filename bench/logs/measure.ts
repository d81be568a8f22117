import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { email, password, root } from '../../e2e/support/platform.ts';

const run = promisify(execFile);
const maxBuffer = 64 * 1024 * 1024;

function environment(url: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, FUSION_URL: url, FUSION_EMAIL: email, FUSION_PASSWORD: password };
}

export interface SdkRun {
  /** Of `downloadLogFile` alone. */
  readonly seconds: number;
  /** The most memory the process ever held (resident set). */
  readonly peakMb: number;
  /** The address of the log; only with `record`. */
  readonly address: string | undefined;
  readonly token: string;
}

export async function sdk(
  url: string,
  ...args: ['login'] | ['download' | 'record', process: string, path: string]
): Promise<SdkRun> {
  const script = join(import.meta.dirname, 'sdk-process.ts');
  const { stdout } = await run(process.execPath, ['--conditions=fusion-source', script, ...args], {
    cwd: root,
    env: environment(url),
    maxBuffer,
  });
  return JSON.parse(stdout) as SdkRun;
}

/** Writes curl's settings for the very same answer. */
export async function writeCurlConfig(path: string, { address, token }: SdkRun): Promise<void> {
  if (address === undefined) throw new Error('The SDK did not ask for the log in one answer');
  const lines = [
    'silent',
    'show-error',
    'fail',
    'globoff',
    // As `fetch` does: whatever the server would compress for one it compresses for the other.
    'compressed',
    'header = "accept: text/csv"',
    `header = "authorization: Bearer ${token}"`,
    'write-out = "%{http_code} %{size_download}\\n"',
    `url = "${address}"`,
    'output = "/dev/null"',
  ];
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Fetches it in one process. Gives the seconds from its start to its end. */
export async function curl(config: string): Promise<{ seconds: number; bytes: number }> {
  const started = performance.now();
  const { stdout } = await run('curl', ['--disable', '--config', config], { maxBuffer });
  const seconds = (performance.now() - started) / 1000;
  const [status, bytes] = stdout.trim().split(' ').map(Number);
  if (status !== 200) throw new Error(`curl was answered with ${stdout}`);
  return { seconds, bytes: bytes! };
}

/** Gives the seconds of the Python client's `download_log_file` alone. */
export async function python(
  interpreter: string,
  url: string,
  process: string,
  path: string,
): Promise<number> {
  const script = join(import.meta.dirname, 'python_process.py');
  const { stdout } = await run(interpreter, [script, process, path], { env: environment(url) });
  const seconds = Number(stdout.trim().split('\n').at(-1));
  if (!Number.isFinite(seconds)) throw new Error(`The Python client printed ${stdout}`);
  return seconds;
}
