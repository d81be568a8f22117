import { join } from 'node:path';

import { configFolder } from './folders.ts';
import { readJson, writePrivate } from './private-file.ts';

/** A platform that is used again and again, under a name of one's own. */
export interface Profile {
  readonly url: string;
  readonly email?: string | undefined;
  readonly organisation?: string | undefined;
}

export interface Profiles {
  /** The one that is used unless another is named. */
  readonly current?: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const pathOf = (env: NodeJS.ProcessEnv): string => join(configFolder(env), 'config.json');

export async function readProfiles(env: NodeJS.ProcessEnv): Promise<Profiles> {
  const found = (await readJson(pathOf(env))) as Partial<Profiles> | undefined;
  return { current: found?.current, profiles: found?.profiles ?? {} };
}

export async function writeProfiles(env: NodeJS.ProcessEnv, profiles: Profiles): Promise<void> {
  await writePrivate(pathOf(env), profiles);
}
