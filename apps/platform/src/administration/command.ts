import { parseArgs } from 'node:util';

import { purses, ssdPurse } from '../accounts/index.ts';
import type { NewUser, Purse } from '../accounts/index.ts';
import { UsageError } from './errors.ts';
import { usage } from './usage.ts';

/** What the operator wants done. */
export type Command =
  | { readonly name: 'add-organisation'; readonly organisation: string; readonly credits: string }
  | {
      readonly name: 'add-credits';
      readonly organisation: string;
      readonly credits: string;
      readonly purse: Purse;
    }
  | { readonly name: 'add-user'; readonly user: NewUser }
  | { readonly name: 'sign-in-link'; readonly email: string | undefined }
  | { readonly name: 'nodes' };

/** What came of it: for people, and for programs. */
export interface Done {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** What scripts want of it alone. */
  readonly ids: readonly string[];
}

const options = {
  name: { type: 'string' },
  credits: { type: 'string' },
  organisation: { type: 'string' },
  email: { type: 'string' },
  'given-name': { type: 'string', default: '-' },
  'family-name': { type: 'string', default: '-' },
  role: { type: 'string', multiple: true },
  password: { type: 'string' },
  purse: { type: 'string' },
  ssd: { type: 'string', multiple: true },
} as const;

/** Of a user for whom none are named. */
const usualRoles = ['view_processing_chains', 'create_and_execute_processing_chains'];

type Values = ReturnType<typeof parse>['values'];

/** @throws UsageError naming what is wrong */
export function readCommand(args: readonly string[]): Command {
  const { positionals, values } = parse(args);
  const [name, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is too much\n\n${usage}`);
  switch (name) {
    case 'add-organisation':
      return { name, organisation: needed(values, 'name'), credits: values.credits ? amount(values) : '0' };
    case 'add-credits':
      return {
        name,
        organisation: needed(values, 'organisation'),
        credits: amount(values),
        purse: purse(values),
      };
    case 'add-user':
      return {
        name,
        user: {
          email: needed(values, 'email'),
          organisation: needed(values, 'organisation'),
          givenName: values['given-name'],
          familyName: values['family-name'],
          roles: values.role ?? usualRoles,
          password: values.password,
        },
      };
    case 'sign-in-link':
      return { name, email: values.email };
    case 'nodes':
      return { name };
    default:
      throw new UsageError(name === undefined ? usage : `There is no command "${name}"\n\n${usage}`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function needed(values: Values, name: 'name' | 'credits' | 'organisation' | 'email'): string {
  const value = values[name];
  if (!value) throw new UsageError(`--${name} is missing\n\n${usage}`);
  return value;
}

function amount(values: Values): string {
  const credits = needed(values, 'credits');
  if (!/^\d+(\.\d{1,6})?$/.test(credits)) throw new UsageError(`--credits: "${credits}" is no amount`);
  return credits;
}

function purse({ purse: given, ssd }: Values): Purse {
  if (ssd) {
    if (given !== undefined) throw new UsageError('Give --purse or --ssd, not both');
    const wrong = ssd.find((id) => !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id));
    if (wrong !== undefined) throw new UsageError(`--ssd: "${wrong}" is no id of an SSD`);
    return ssdPurse(ssd);
  }
  const name = given ?? 'any';
  const known = purses.find((one) => one === name);
  if (!known)
    throw new UsageError(`--purse: there is no purse "${name}": the purses are ${purses.join(', ')}`);
  return known;
}
