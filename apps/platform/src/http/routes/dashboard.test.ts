import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { serveDashboard } from './dashboard.ts';
import type { Dashboard } from './dashboard.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-dashboard-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<html><head><title>x</title></head><body></body></html>');
});

afterAll(async () => await rm(folder, { recursive: true, force: true }));

async function pageWith(settings: Omit<Dashboard, 'folder'>): Promise<{ policy: string; html: string }> {
  const app = Fastify();
  await serveDashboard(app, { folder, ...settings });
  const { headers, body } = await app.inject('/o/any');
  await app.close();
  return { policy: String(headers['content-security-policy']), html: body };
}

test('the page may ask nobody but the platform, and is handed nothing', async () => {
  const { policy, html } = await pageWith({});
  expect(policy).not.toMatch(/https?:/);
  expect(html).not.toContain('<meta');
});

test('map tiles of somebody else widen the policy by just their origin, for pictures alone', async () => {
  const { policy, html } = await pageWith({
    tiles: {
      kind: 'xyz',
      address: 'https://tiles.example.com:8443/base/{z}/{x}/{y}.png?key=1&style="dark"',
      origin: 'https://tiles.example.com:8443',
    },
    attribution: '© <b>Somebody</b>',
  });
  expect(policy).toContain("img-src 'self' blob: data: https://tiles.example.com:8443;");
  expect(policy.match(/https?:/g)).toHaveLength(1);
  expect(html).toContain(
    'content="https://tiles.example.com:8443/base/{z}/{x}/{y}.png?key=1&#38;style=&#34;dark&#34;"',
  );
  expect(html).not.toContain('<b>');
});

test('an archive of somebody else may be read by the page, and is no source of pictures', async () => {
  const { policy, html } = await pageWith({
    tiles: {
      kind: 'pmtiles',
      address: 'https://maps.example.com/world.pmtiles',
      origin: 'https://maps.example.com',
    },
  });
  expect(policy).toContain("connect-src 'self' https://maps.example.com;");
  expect(policy.match(/https?:/g)).toHaveLength(1);
  expect(html).toContain('data-kind="pmtiles" content="https://maps.example.com/world.pmtiles"');
});

test('an archive of the platform itself widens nothing, and the page does not learn where it lies', async () => {
  const { policy, html } = await pageWith({ tiles: { kind: 'pmtiles', file: '/secret/world.pmtiles' } });
  expect(policy).not.toMatch(/https?:/);
  expect(html).toContain('content="/map-tiles.pmtiles"');
  expect(html).not.toContain('secret');
});
