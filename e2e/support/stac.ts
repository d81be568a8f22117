import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { root } from './platform.ts';

const run = promisify(execFile);
const venv = join(root, 'node_modules', '.cache', 'pystac');
const interpreter = join(venv, 'bin', 'python');
const script = join(root, 'e2e/earth-observation/validate_stac.py');
const schemas = join(root, 'packages/geo/test/schemas');

/** For each document the schemas that it keeps to, or what is wrong with it. */
export type StacVerdicts = Readonly<Record<string, readonly string[] | string>>;

/** PySTAC as a validator of STAC documents, in a virtual environment made on first use; or why there is none. */
export async function stacValidator(): Promise<
  | { readonly validate: (documents: readonly string[]) => Promise<StacVerdicts>; readonly missing?: never }
  | { readonly missing: string }
> {
  try {
    if (!existsSync(interpreter)) await run('python3', ['-m', 'venv', venv]);
    await run(interpreter, ['-c', 'import pystac, jsonschema']).catch(
      async () => await run(interpreter, ['-m', 'pip', 'install', '--quiet', 'pystac[validation]']),
    );
    await run(interpreter, ['-c', 'import pystac, jsonschema']);
  } catch (error) {
    return { missing: `PySTAC cannot be installed here (${(error as Error).message.split('\n')[0]})` };
  }
  return {
    validate: async (documents) => {
      const { stdout } = await run(interpreter, [script, schemas, ...documents]);
      return JSON.parse(stdout) as StacVerdicts;
    },
  };
}
