import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';

import type { Bounds } from '@fusion-platform/geo';
import { onTestFinished } from 'vitest';

export interface Tile {
  readonly path: string;
  readonly bbox: Bounds;
  readonly properties?: Record<string, unknown>;
}

/** What to do wrong: answer with a status, or break the connection in the middle of a body. */
type Fault = number | 'cut';

export interface Archive {
  readonly url: string;
  /** Faults of the requests to come whose address has this in it. */
  fail(part: string, ...faults: Fault[]): void;
  readonly requests: string[];
}

const DESCRIPTION = 'Hills for tests. This terrain is synthetic. Nobody measured it.';

/** A STAC API with one collection, "hills", whose pages have one tile each, until the test ends. */
export async function serveArchive(tiles: readonly Tile[]): Promise<Archive> {
  const faults: { part: string; fault: Fault }[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(`${request.method} ${path}`);
    const at = faults.findIndex(({ part }) => path.includes(part));
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
    if (typeof fault === 'number') return void response.writeHead(fault).end('trouble');
    void answer(request, response, fault === 'cut');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function answer(request: IncomingMessage, response: ServerResponse, cut: boolean): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const json = (body: object): void => void response.end(JSON.stringify(body));
    const tile = tiles.find(({ path }) => pathname === `/files/${basename(path)}`);
    if (pathname === '/collections/hills')
      return json({ type: 'Collection', id: 'hills', description: DESCRIPTION, license: 'MIT' });
    if (pathname === '/search') return json(page(await text(request), Number(searchParams.get('page'))));
    if (tile !== undefined) return await sendRange(tile.path, request, response, cut);
    response.writeHead(404).end('none');
  }

  function page(body: string, index: number): object {
    const { bbox } = JSON.parse(body) as { bbox: [number, number, number, number] };
    const found = tiles.filter(
      (tile) =>
        tile.bbox[0] <= bbox[2] &&
        bbox[0] <= tile.bbox[2] &&
        tile.bbox[1] <= bbox[3] &&
        bbox[1] <= tile.bbox[3],
    );
    const more = index + 1 < found.length;
    const next = {
      rel: 'next',
      href: `${url}/search?page=${index + 1}`,
      method: 'POST',
      body: {},
      merge: true,
    };
    return {
      type: 'FeatureCollection',
      features: found.slice(index, index + 1).map(({ path, bbox: own, properties = {} }) => ({
        type: 'Feature',
        id: basename(path),
        bbox: own,
        properties,
        links: [],
        assets: { data: { href: `${url}/files/${basename(path)}`, type: 'image/tiff', roles: ['data'] } },
      })),
      links: more ? [next] : [],
    };
  }
  return {
    url,
    requests,
    fail: (part, ...more) => void faults.push(...more.map((fault) => ({ part, fault }))),
  };
}

async function sendRange(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  cut: boolean,
): Promise<void> {
  const bytes = await readFile(path);
  const [, from = 0, last = 0] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).map(Number);
  const end = Math.min(last, bytes.length - 1);
  response.writeHead(206, {
    'content-range': `bytes ${from}-${end}/${bytes.length}`,
    'content-length': end + 1 - from,
    etag: `"${basename(path)}"`,
  });
  const body = bytes.subarray(from, end + 1);
  if (!cut) return void response.end(body);
  response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
}
