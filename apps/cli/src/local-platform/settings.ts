import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CliError, exitCodes } from '../errors/index.ts';

/**
 * The settings that came with a platform that was restored from a backup; none for another one.
 * @throws CliError for a file that is none of settings
 */
export async function restoredSettings(folder: string): Promise<Record<string, string>> {
  const path = join(folder, 'settings.json');
  try {
    const settings = JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
    if (Object.values(settings).every((value) => typeof value === 'string')) return settings;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CliError(`${path} does not hold settings: {"FUSION_…": "…"}`, {
    exitCode: exitCodes.fault,
    next: 'mend or remove it',
  });
}
