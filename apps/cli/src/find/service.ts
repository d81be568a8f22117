import { PermissionError } from 'fusion-platform';
import type { Collection, Organisation, Service } from 'fusion-platform';

import { notFound } from '../errors/index.ts';
import { isId } from './ids.ts';
import { oneOf } from './one-of.ts';

/**
 * A service by the start of its name (the exact name goes first; any case where nothing else fits), its id, or the id of
 * its SSD: of those that can be run, then of the organisation's own.
 *
 * @throws a usage error where the start of a name fits several
 */
export async function findService(organisation: Organisation, which: string): Promise<Service> {
  if (isId(which)) return await findById(organisation, which);
  const kind = 'services';
  const { all } = await organisation.findServices({ name: which });
  const found =
    (await oneOf(all, which, { kind })) ??
    (await oneOf(inAnyCase(organisation.services(), which), which, { kind })) ??
    (await orNone(async () => await oneOf(inAnyCase(organisation.ownServices(), which), which, { kind })));
  if (found) return found;
  throw noSuch(which);
}

/** Those whose names begin so in any case; the one that is called so in any case alone, where there is one. */
async function* inAnyCase(services: Collection<Service>, which: string): AsyncGenerator<Service, void> {
  const text = which.toLowerCase();
  const begin: Service[] = [];
  for await (const service of services) if (service.name.toLowerCase().startsWith(text)) begin.push(service);
  const called = begin.filter(({ name }) => name.toLowerCase() === text);
  yield* called.length > 0 ? called : begin;
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

async function firstOwn(
  organisation: Organisation,
  matches: (service: Service) => boolean,
): Promise<Service | undefined> {
  return await orNone(async () => await firstOf(organisation.ownServices(), matches));
}

/** Who may not see the organisation's own services simply has none. */
async function orNone(asked: () => Promise<Service | undefined>): Promise<Service | undefined> {
  try {
    return await asked();
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
