import type { StacLink } from '@fusion-platform/geo';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { collectionOf, conformance, itemOf, landingPage, parseSearch, search } from '../stac/index.ts';
import type { Page, Parameter, Scene } from '../stac/index.ts';

const GEOJSON = 'application/geo+json';
const ITEMS: readonly Parameter[] = ['bbox', 'datetime', 'limit', 'token'];

/** Adds the addresses of a STAC API. */
export function addRoutes(server: FastifyInstance, scenes: readonly Scene[]): void {
  const ids = [...new Set(scenes.map(({ collection }) => collection))];
  const of = (id: string): readonly Scene[] => scenes.filter(({ collection }) => collection === id);

  server.get('/', (request) => landingPage(baseOf(request), ids));
  server.get('/conformance', () => ({ conformsTo: conformance }));

  server.get('/collections', (request) => {
    const base = baseOf(request);
    const links: StacLink[] = [
      { rel: 'self', href: `${base}/collections`, type: 'application/json' },
      { rel: 'root', href: `${base}/`, type: 'application/json' },
    ];
    return { collections: ids.map((id) => collectionOf(id, of(id), base)), links };
  });

  server.get<{ Params: { collection: string } }>('/collections/:collection', (request, reply) => {
    const { collection } = request.params;
    if (!ids.includes(collection)) return reply.callNotFound();
    return collectionOf(collection, of(collection), baseOf(request));
  });

  server.get<{ Params: { collection: string } }>('/collections/:collection/items', (request, reply) => {
    const { collection } = request.params;
    if (!ids.includes(collection)) return reply.callNotFound();
    const page = search(of(collection), parseSearch(request.query, ITEMS));
    return reply.type(GEOJSON).send(pageOf(page, request, nextByAddress(page, request)));
  });

  server.get<{ Params: { collection: string; item: string } }>(
    '/collections/:collection/items/:item',
    (request, reply) => {
      const { collection, item } = request.params;
      const scene = of(collection).find(({ id }) => id === item);
      if (!scene) return reply.callNotFound();
      return reply.type(GEOJSON).send(itemOf(scene, baseOf(request)));
    },
  );

  server.get('/search', (request, reply) => {
    const page = search(scenes, parseSearch(request.query));
    return reply.type(GEOJSON).send(pageOf(page, request, nextByAddress(page, request)));
  });

  server.post('/search', (request, reply) => {
    const page = search(scenes, parseSearch(request.body));
    return reply.type(GEOJSON).send(pageOf(page, request, nextByBody(page, request)));
  });
}

function pageOf(page: Page, request: FastifyRequest, next: readonly object[]): Record<string, unknown> {
  const base = baseOf(request);
  return {
    type: 'FeatureCollection',
    features: page.scenes.map((scene) => itemOf(scene, base)),
    links: [
      { rel: 'self', href: `${base}${request.url}`, type: GEOJSON },
      { rel: 'root', href: `${base}/`, type: 'application/json' },
      ...next,
    ],
    numberMatched: page.matched,
    numberReturned: page.scenes.length,
  };
}

function nextByAddress({ next }: Page, request: FastifyRequest): readonly object[] {
  if (next === null) return [];
  const address = new URL(request.url, baseOf(request));
  address.searchParams.set('token', String(next));
  return [{ rel: 'next', href: address.href, type: GEOJSON, method: 'GET' }];
}

function nextByBody({ next }: Page, request: FastifyRequest): readonly object[] {
  if (next === null) return [];
  const body = { ...(request.body as object), token: String(next) };
  return [{ rel: 'next', href: `${baseOf(request)}/search`, type: GEOJSON, method: 'POST', body }];
}

/** As the caller reached the archive, so that the addresses it is given work for it. */
const baseOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`;
