import { PermissionError } from 'fusion-platform';
import type { Collection, Organisation, Service } from 'fusion-platform';

import { notFound } from '../errors/index.ts';
import { isId } from './ids.ts';

/**
 * A service by the start of its name (the exact name goes first; any case where nothing else fits), its id, or the id of
 * its SSD: of those that can be run, then of the organisation's own.
 */
export async function findService(organisation: Organisation, which: string): Promise<Service> {
  if (isId(which)) return await findById(organisation, which);
  const { first, all } = await organisation.findServices({ name: which });
  if (first) {
    if (first.name === which) return first;
    for await (const service of all) if (service.name === which) return service;
    return first;
  }
  const text = which.toLowerCase();
  const found =
    (await firstOf(organisation.services(), ({ name }) => name.toLowerCase().startsWith(text))) ??
    (await firstOwn(organisation, ({ name }) => name.toLowerCase().startsWith(text)));
  if (found) return found;
  throw noSuch(which);
}

async function findById(organisation: Organisation, which: string): Promise<Service> {
  const id = which.toLowerCase();
  const byId = await organisation.findServices({ id });
  const found =
    byId.first ??
    (await organisation.findServices({ ssdId: id })).first ??
    (await firstOwn(organisation, (service) => service.id === id || service.ssd_id === id));
  if (found) return found;
  throw noSuch(which);
}

/** Who may not see the organisation's own services simply has none. */
async function firstOwn(
  organisation: Organisation,
  matches: (service: Service) => boolean,
): Promise<Service | undefined> {
  try {
    return await firstOf(organisation.ownServices(), matches);
  } catch (error) {
    if (error instanceof PermissionError) return undefined;
    throw error;
  }
}

async function firstOf(
  services: Collection<Service>,
  matches: (service: Service) => boolean,
): Promise<Service | undefined> {
  for await (const service of services) if (matches(service)) return service;
  return undefined;
}

const noSuch = (which: string): Error =>
  notFound(`There is no service "${which}"`, 'fusion-platform services ls');
