import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { root } from './platform.ts';

const run = promisify(execFile);
const venv = join(root, 'node_modules', '.cache', 'python-client');
const interpreter = join(venv, 'bin', 'python');

/** The interpreter of a virtual environment with the public Python client, made on first use; or why there is none. */
export async function pythonClient(): Promise<{ readonly python: string } | { readonly missing: string }> {
  try {
    if (!existsSync(interpreter)) await run('python3', ['-m', 'venv', venv]);
    await run(interpreter, ['-c', 'import fusion_platform']).catch(
      async () => await run(interpreter, ['-m', 'pip', 'install', '--quiet', 'fusion-platform-python-sdk']),
    );
    await run(interpreter, ['-c', 'import fusion_platform']);
    return { python: interpreter };
  } catch (error) {
    return {
      missing: `the Python client cannot be installed here (${(error as Error).message.split('\n')[0]})`,
    };
  }
}
