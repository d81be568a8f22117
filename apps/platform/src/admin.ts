import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { CallError } from '@fusion-platform/contract';

import { addCredits, addOrganisation, addUser, purses, ssdPurse } from './accounts/index.ts';
import type { Purse } from './accounts/index.ts';
import { openDatabase } from './database/index.ts';
import type { Database } from './database/index.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';
import { makeFilesPrivate, makePrivate } from './private-folder.ts';
import { readSettings, SettingsError } from './settings.ts';

const usage = `Usage, with the settings of the platform (stop it first, unless DATABASE_URL is set):
  npm run admin -- add-organisation --name NAME [--credits 1000]
  npm run admin -- add-credits --organisation NAME --credits 1000 [--purse PURSE | --ssd ID …]
                            (PURSE: any, cloud_storage, registry_storage or runtime_any; --ssd: for executions of these alone)
  npm run admin -- add-user --email EMAIL --organisation NAME [--given-name NAME] [--family-name NAME]
                            [--role ROLE …] [--password PASSWORD]   (without it one is made and printed)`;

class UsageError extends Error {}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    credits: { type: 'string' },
    organisation: { type: 'string' },
    email: { type: 'string' },
    'given-name': { type: 'string', default: '-' },
    'family-name': { type: 'string', default: '-' },
    role: {
      type: 'string',
      multiple: true,
      default: ['view_processing_chains', 'create_and_execute_processing_chains'],
    },
    password: { type: 'string' },
    purse: { type: 'string' },
    ssd: { type: 'string', multiple: true },
  },
});

function needed(name: 'name' | 'credits' | 'organisation' | 'email'): string {
  const value = values[name];
  if (!value) throw new UsageError(`--${name} is missing\n\n${usage}`);
  if (name === 'credits' && !/^\d+(\.\d{1,6})?$/.test(value))
    throw new UsageError(`--credits: "${value}" is no amount`);
  return value;
}

function purse(): Purse {
  if (values.purse !== undefined && values.ssd) throw new UsageError('Give --purse or --ssd, not both');
  if (values.ssd) {
    const wrong = values.ssd.find((id) => !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id));
    if (wrong !== undefined) throw new UsageError(`--ssd: "${wrong}" is no id of an SSD`);
    return ssdPurse(values.ssd);
  }
  const name = values.purse ?? 'any';
  const known = purses.find((one) => one === name);
  if (!known)
    throw new UsageError(`--purse: there is no purse "${name}": the purses are ${purses.join(', ')}`);
  return known;
}

async function act(database: Database): Promise<string> {
  switch (positionals[0]) {
    case 'add-organisation': {
      const credits = values.credits === undefined ? '0' : needed('credits');
      return `The organisation has the id ${await addOrganisation(database, { name: needed('name'), credits })}`;
    }
    case 'add-credits':
      await addCredits(database, {
        organisation: needed('organisation'),
        credits: needed('credits'),
        purse: purse(),
      });
      return 'The credits are there';
    case 'add-user': {
      const password = await addUser(database, {
        email: needed('email'),
        organisation: needed('organisation'),
        givenName: values['given-name'],
        familyName: values['family-name'],
        roles: values.role,
        password: values.password,
      });
      return password
        ? `The user can log in with the password ${password} (shown this once)`
        : 'The user can log in';
    }
    default:
      throw new UsageError(usage);
  }
}

try {
  const settings = readSettings(process.env);
  makeFilesPrivate();
  if (!settings.DATABASE_URL) await makePrivate(settings.FUSION_DATA);
  const unlock = settings.DATABASE_URL ? undefined : await lockFolder(resolve(settings.FUSION_DATA));
  const database = await openDatabase({
    folder: settings.folders.database,
    ...(settings.DATABASE_URL ? { url: settings.DATABASE_URL } : {}),
  });
  try {
    console.log(await act(database));
  } finally {
    await database.close();
    await unlock?.();
  }
} catch (error) {
  const expected = [UsageError, SettingsError, FolderInUseError, CallError].some(
    (kind) => error instanceof kind,
  );
  console.error(expected ? (error as Error).message : error);
  process.exitCode = 1;
}
