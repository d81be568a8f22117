import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Context } from './context.ts';

/** A folder for one analysis. */
export async function workFolder({ settings }: Context): Promise<string> {
  await mkdir(settings.analysisFolder, { recursive: true, mode: 0o700 });
  return await mkdtemp(join(settings.analysisFolder, 'file-'));
}

/** Removes what a platform that was killed left in such folders: its analysis ended with it. */
export async function sweepWorkFolders({ settings }: Context): Promise<void> {
  // One that is ending may still write to it.
  await rm(settings.analysisFolder, { recursive: true, force: true, maxRetries: 10 });
}

/** Where the code of analysis is kept compiled, beside what is swept. */
export const compiledFolder = ({ settings }: Context): string => `${settings.analysisFolder}-code`;
