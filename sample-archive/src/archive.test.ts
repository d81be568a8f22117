import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { readCogWindow, validateCog } from '@fusion-platform/geo';
import type { StacCollection, StacItem } from '@fusion-platform/geo';
import { Ajv } from 'ajv';
import type { AnySchemaObject } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeTiles } from './dem/index.ts';
import { startSampleArchive } from './index.ts';
import type { Progress, SampleArchive } from './index.ts';

const root = resolve(import.meta.dirname, '../..');
/** Kept between runs; it notices by itself when the terrain changes. */
const folder = join(root, 'node_modules/.cache/sample-archive');
const real = resolve(root, '../shared/data/dem/Copernicus_DSM_COG_10_N00_00_E006_00_DEM.tif');
const extra = existsSync(real) ? [{ collection: 'real', path: real }] : [];
const glasgow = 'Copernicus_DSM_COG_10_N55_00_W005_00_DEM';

interface PageOfItems {
  features: StacItem[];
  links: { rel: string; href: string; method?: string; body?: object }[];
  numberMatched: number;
}

let archive: SampleArchive;
let scratch: string;
const progress: Progress[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sample-archive-'));
  const collections = ['cop-dem-glo-30'] as const;
  archive = await startSampleArchive({
    folder,
    collections,
    extra,
    onProgress: (step) => progress.push(step),
  });
});

afterAll(async () => {
  await archive.close();
  await rm(scratch, { recursive: true, force: true });
});

async function json<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path.startsWith('http') ? path : `${archive.url}${path}`, init);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const post = async (body: unknown): Promise<PageOfItems> =>
  await json<PageOfItems>('/search', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const item = async (id = glasgow): Promise<StacItem> =>
  await json<StacItem>(`/collections/cop-dem-glo-30/items/${id}`);

const assetOf = ({ assets }: StacItem) => {
  if (!assets['data']) throw new Error('The item has no data');
  return assets['data'];
};

const idsOf = (page: PageOfItems): string[] => page.features.map(({ id }) => id.slice(22, 33)).toSorted();

test('progress rises to the end', () => {
  const shares = progress.map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

describe('documents', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { iri: true, 'iri-reference': true } });
  addFormats.default(ajv);

  beforeAll(async () => {
    const schemas = join(root, 'packages/geo/test/schemas');
    for (const name of (await readdir(schemas)).filter((entry) => entry.endsWith('.json'))) {
      const schema = JSON.parse(await readFile(join(schemas, name), 'utf8')) as AnySchemaObject;
      ajv.addSchema({ ...schema, $id: schema.$id?.replace(/commonjson$/, 'common.json') ?? name });
    }
    ajv.addSchema({ $id: 'https://proj.org/schemas/v0.7/projjson.schema.json' });
  });

  function faults(kind: 'item' | 'collection', value: StacItem | StacCollection): unknown[] {
    const core = `https://schemas.stacspec.org/v1.1.0/${kind}-spec/json-schema/${kind}.json`;
    return [core, ...value.stac_extensions].flatMap((schema) => {
      ajv.validate(schema, value);
      return ajv.errors ?? [];
    });
  }

  test('every link of the landing page leads somewhere', async () => {
    const landing = await json<{ links: { rel: string; href: string; method?: string }[] }>('/');
    expect(landing.links.map(({ rel }) => rel)).toEqual(
      expect.arrayContaining(['self', 'root', 'conformance', 'data', 'search', 'child']),
    );
    for (const { href, method } of landing.links) if (method !== 'POST') await json(href);
    expect(await json('/conformance')).toMatchObject({
      conformsTo: expect.arrayContaining(['https://api.stacspec.org/v1.0.0/item-search']) as string[],
    });
  });

  test('collections and items are valid, and the generated ones say so', async () => {
    const { collections } = await json<{ collections: StacCollection[] }>('/collections');
    expect(collections.map(({ id }) => id)).toEqual(['cop-dem-glo-30', ...extra.map(() => 'real')]);
    for (const collection of collections) {
      expect(faults('collection', collection)).toEqual([]);
      expect(await json(`/collections/${collection.id}`)).toEqual(collection);
    }
    expect(collections[0]?.title).toMatch(/synthetic/i);
    const { features } = await json<PageOfItems>('/search');
    expect(features).toHaveLength(3 + extra.length);
    for (const feature of features) expect(faults('item', feature)).toEqual([]);
    const generated = features.filter(({ collection }) => collection === 'cop-dem-glo-30');
    for (const { properties } of generated) {
      expect(properties).toMatchObject({ 'fusion:synthetic': true, 'proj:code': 'EPSG:4326' });
      expect(properties['title']).toMatch(/synthetic/i);
    }
  });

  test('size and checksum are those of the bytes that are served', async () => {
    const asset = assetOf(await item());
    const bytes = Buffer.from(await (await fetch(asset.href)).arrayBuffer());
    expect(asset['file:size']).toBe(bytes.length);
    expect(asset['file:checksum']).toBe(`1220${createHash('sha256').update(bytes).digest('hex')}`);
  });

  test('what is not there is answered with 404 and JSON', async () => {
    for (const path of [
      '/nothing',
      '/collections/x',
      '/collections/x/items',
      '/assets/cop-dem-glo-30/version.json',
    ]) {
      const response = await fetch(`${archive.url}${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'NotFound' });
    }
  });
});

describe('search', () => {
  const lakes = {
    type: 'Polygon',
    coordinates: [
      [
        [-3.2, 54.4],
        [-2.9, 54.4],
        [-2.9, 54.5],
        [-3.2, 54.4],
      ],
    ],
  };

  test('a place finds the tiles that lie there', async () => {
    expect(idsOf(await json('/search?bbox=-4.4,55.8,-4.1,55.95'))).toEqual(['N55_00_W005']);
    expect(idsOf(await post({ bbox: [-3.2, 54.4, -2.9, 54.5] }))).toEqual(['N54_00_W003', 'N54_00_W004']);
    expect(idsOf(await post({ intersects: lakes }))).toEqual(['N54_00_W003', 'N54_00_W004']);
    const text = encodeURIComponent(JSON.stringify(lakes));
    expect(idsOf(await json(`/search?intersects=${text}&ids=${glasgow}`))).toEqual([]);
    expect(idsOf(await post({ bbox: [-40, 40, -30, 50] }))).toEqual([]);
  });

  test('names and times narrow it', async () => {
    expect(idsOf(await post({ ids: [glasgow] }))).toEqual(['N55_00_W005']);
    expect((await post({ collections: ['cop-dem-glo-30'] })).numberMatched).toBe(3);
    expect((await post({ collections: ['sentinel-2-l2a'] })).numberMatched).toBe(0);
    const { datetime } = (await item()).properties;
    const home = '/collections/cop-dem-glo-30/items?datetime=';
    expect((await json<PageOfItems>(`${home}${datetime}`)).numberMatched).toBe(3);
    expect((await json<PageOfItems>(`${home}${datetime}/..`)).numberMatched).toBe(3);
    expect((await json<PageOfItems>(`${home}../2001-01-01T00:00:00Z`)).numberMatched).toBe(0);
  });

  test.each(['/search?collections=cop-dem-glo-30&limit=2', '/collections/cop-dem-glo-30/items?limit=2'])(
    'following next from %s shows every item once',
    async (path) => {
      const first = await json<PageOfItems>(path);
      expect(first.features).toHaveLength(2);
      const next = first.links.find(({ rel }) => rel === 'next');
      const second = await json<PageOfItems>(next?.href ?? '');
      expect(second.links.some(({ rel }) => rel === 'next')).toBe(false);
      expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual([
        'N54_00_W003',
        'N54_00_W004',
        'N55_00_W005',
      ]);
    },
  );

  test('following next of a POST repeats what was asked for', async () => {
    const first = await post({ intersects: lakes, limit: 1 });
    const next = first.links.find(({ rel }) => rel === 'next');
    expect(next?.method).toBe('POST');
    const second = await post(next?.body);
    expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual(['N54_00_W003', 'N54_00_W004']);
  });

  test('bad parameters are answered with 400 and say what is wrong', async () => {
    for (const query of [
      'bbox=1,2,3',
      'limit=none',
      'datetime=now',
      'intersects=x',
      'filter=a',
      'limit=1&limit=2',
    ]) {
      const response = await fetch(`${archive.url}/search?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        code: 'BadRequest',
        description: expect.any(String) as string,
      });
    }
    for (const body of ['{', '[]', '{"limit":"many"}', '{"intersects":{"type":"Point"}}']) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${archive.url}/search`, { method: 'POST', headers, body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'BadRequest' });
    }
  });
});

describe('files', () => {
  test('parts of a file can be read', async () => {
    const { href, 'file:size': size } = assetOf(await item());
    const whole = await readFile(join(folder, `${glasgow}.tif`));
    const head = await fetch(href, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(size));
    expect(head.headers.get('accept-ranges')).toBe('bytes');
    expect(head.headers.get('content-type')).toMatch(/^image\/tiff/);
    const part = await fetch(href, { headers: { range: 'bytes=100-299' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-299/${String(size)}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(100, 300))).toBe(true);
    const beyond = await fetch(href, { headers: { range: `bytes=${Number(size) + 1}-` } });
    expect(beyond.status).toBe(416);
    const etag = head.headers.get('etag') ?? '';
    // Not with fetch, which says no-cache as soon as it sees this header.
    const request = get(href, { headers: { 'if-none-match': etag } });
    const [again] = (await once(request, 'response')) as [IncomingMessage];
    again.resume();
    expect(again.statusCode).toBe(304);
  });

  test('a window is read where it lies', async () => {
    const url = assetOf(await item()).href;
    const window = await readCogWindow({ url, bounds: [-4.4, 55.8, -4.3, 55.9] });
    expect(window).toMatchObject({ crs: 'EPSG:4326', pixelIsPoint: true, nodata: null });
    expect(window?.width).toBe(241);
    expect(window?.height).toBe(361);
    expect(window?.bounds[0]).toBeCloseTo(-4.4 - 0.5 / 2400, 9);
    expect(new Set(window?.data).size).toBeGreaterThan(500);
    const sea = await readCogWindow({ url, bounds: [-4.98, 55.3, -4.9, 55.4] });
    expect(new Set(sea?.data)).toEqual(new Set([0]));
  });

  test.skipIf(extra.length === 0)(
    'a real file is served as it is (skipped where there is none)',
    async () => {
      const { features } = await json<PageOfItems>('/search?collections=real');
      const [feature] = features;
      expect(feature?.id).toBe('Copernicus_DSM_COG_10_N00_00_E006_00_DEM');
      expect(feature?.bbox?.[0]).toBeCloseTo(6 - 0.5 / 3600, 9);
      expect(feature?.properties).not.toHaveProperty('fusion:synthetic');
      expect(assetOf(feature as StacItem)['file:size']).toBe((await stat(real)).size);
    },
  );
});

describe('the folder of tiles', () => {
  test('tiles are Cloud Optimised GeoTIFFs and a second start leaves them alone', async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.tif'));
    expect(names).toHaveLength(3);
    const times = async () =>
      await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs));
    const before = await times();
    for (const path of (await makeTiles(folder)).values())
      expect((await validateCog(path)).errors).toEqual([]);
    expect(await times()).toEqual(before);
  });

  test('tiles of an earlier version are removed, other files are not', async () => {
    const old = await mkdtemp(join(scratch, 'old-'));
    await writeFile(join(old, `${glasgow}.tif`), 'old');
    await writeFile(join(old, 'version.json'), '{"terrain":"earlier"}');
    await writeFile(join(old, 'notes.txt'), 'mine');
    const stop = new AbortController();
    const cut = makeTiles(old, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(cut).rejects.toThrow('enough');
    expect((await readdir(old)).toSorted()).toEqual(['notes.txt', 'version.json']);
  });
});

describe('the program', () => {
  const start = (args: string[]) =>
    fork(join(import.meta.dirname, 'main.ts'), args, {
      execArgv: ['--conditions=fusion-source'],
      silent: true,
    });

  test('tells the one that started it where it listens, and ends on SIGTERM', async () => {
    const child = start(['--folder', folder, '--port', '0', '--collections', 'cop-dem-glo-30']);
    const ended = once(child, 'exit');
    const url = await new Promise<string>((found, fail) => {
      child.on('message', (message: { url?: string }) => message.url && found(message.url));
      child.once('exit', (code) => fail(new Error(`It ended with ${String(code)}`)));
    });
    expect((await json<PageOfItems>(`${url}/search`)).numberMatched).toBe(3);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test('reports while it makes tiles, and leaves no half of one when it is stopped', async () => {
    const fresh = await mkdtemp(join(scratch, 'fresh-'));
    const child = start(['--folder', fresh]);
    const ended = once(child, 'exit');
    const [message] = (await once(child, 'message')) as [Progress];
    expect(message).toEqual({ share: expect.any(Number) as number, comment: 'Making sample terrain' });
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    // On a busy machine whole ones may be there by then.
    const left = (await readdir(fresh)).toSorted();
    const whole = left.filter((name) => name.endsWith('.tif'));
    for (const name of whole) expect((await validateCog(join(fresh, name))).errors).toEqual([]);
    expect(left.filter((name) => !whole.includes(name))).toEqual(['version.json']);
  });

  test('says what is wrong with its options', async () => {
    const child = start(['--port', 'many']);
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(said).toContain('--port must be a whole number');
  });
});
