import type { Organisation, ServiceVersion } from 'fusion-platform';

import { notFound, usageError } from '../errors/index.ts';
import { isId } from './ids.ts';

/** A published version by its id, or by the name of its service and its number: `Slope@2`. */
export async function findServiceVersion(organisation: Organisation, which: string): Promise<ServiceVersion> {
  if (isId(which)) {
    const found = await organisation.serviceVersions({ id: which.toLowerCase() }).first();
    if (found) return found;
    throw noSuch(which);
  }
  const [, name, number] = /^(.+)@(\d+)$/s.exec(which) ?? [];
  if (name === undefined)
    throw usageError(
      `"${which}" is no id of a version, and no NAME@VERSION`,
      'fusion-platform services versions',
    );
  const versions = await organisation.serviceVersions({ name }).toArray();
  const found = versions.filter((one) => one.name === name && one.version === Number(number));
  if (found.length > 1)
    throw usageError(
      `There are ${found.length} services "${name}" with a version ${number}: ${found.map(({ id }) => id).join(', ')}`,
      'name one by its id',
    );
  if (found[0]) return found[0];
  throw noSuch(which);
}

const noSuch = (which: string): Error =>
  notFound(`There is no published version "${which}"`, 'fusion-platform services versions');
