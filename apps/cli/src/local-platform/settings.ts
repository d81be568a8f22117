import { readFile, stat } from 'node:fs/promises';
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
    await refuseOthers(path);
    // An environment decides what code runs: only settings of the platform become part of it.
    const strange = Object.keys(settings).find((name) => !isSetting.test(name));
    if (strange !== undefined)
      throw new CliError(`${path} holds ${JSON.stringify(strange)}, which is no setting of a platform`, {
        exitCode: exitCodes.fault,
        next: 'find out who wrote it before you start a platform here',
      });
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

const isSetting = /^(FUSION_[A-Z\d_]+|DATABASE_URL)$/;
const writableByOthers = 0o022;

/** @throws CliError where somebody else could have written the file */
async function refuseOthers(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await stat(path);
  if (uid === process.getuid?.() && (mode & writableByOthers) === 0) return;
  throw new CliError(`${path} can be written by others than you`, {
    exitCode: exitCodes.fault,
    next: 'look at what it holds, then make it yours with mode 600',
  });
}
