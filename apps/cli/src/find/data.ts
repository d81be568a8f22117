import type { Data, Organisation } from 'fusion-platform';

import { notFound } from '../errors/index.ts';
import { isId } from './ids.ts';
import { orUndefined } from './process.ts';

/** Data by its name (the exact one first, then one that starts so) or id. */
export async function findData(organisation: Organisation, which: string): Promise<Data> {
  const found = await findDataIfAny(organisation, which);
  if (found) return found;
  throw notFound(`There is no data "${which}"`, 'fusion-platform data ls');
}

export async function findDataIfAny(organisation: Organisation, which: string): Promise<Data | undefined> {
  if (isId(which)) return await orUndefined(organisation.dataItem(which));
  const { first, all } = await organisation.findData({ name: which });
  if (!first || first.name === which) return first;
  for await (const data of all) if (data.name === which) return data;
  return first;
}
