import type { Data, Organisation } from 'fusion-platform';

import { notFound } from '../errors/index.ts';
import { isId } from './ids.ts';
import { oneOf } from './one-of.ts';
import type { Naming } from './one-of.ts';
import { orUndefined } from './process.ts';

/** Data by its name (the exact one first, then the only one that starts so) or id. */
export async function findData(
  organisation: Organisation,
  which: string,
  options: Pick<Naming, 'whole'> = {},
): Promise<Data> {
  const found = await findDataIfAny(organisation, which, options);
  if (found) return found;
  throw notFound(`There is no data "${which}"`, 'fusion-platform data ls');
}

export async function findDataIfAny(
  organisation: Organisation,
  which: string,
  options: Pick<Naming, 'whole'> = {},
): Promise<Data | undefined> {
  if (isId(which)) return await orUndefined(organisation.dataItem(which));
  const { all } = await organisation.findData({ name: which });
  return await oneOf(all, which, { kind: 'data items', ...options });
}

/** What finds this data again: its name, or its id where other data is called the same. */
export async function nameThatFinds(organisation: Organisation, { id, name }: Data): Promise<string> {
  const { all } = await organisation.findData({ name });
  for await (const one of all) if (one.name === name && one.id !== id) return id;
  return name;
}
