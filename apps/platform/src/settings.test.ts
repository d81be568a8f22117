import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readSettings, SettingsError, settingsSchema } from './settings.ts';
import { settingsTable } from './settings-table.ts';

test('no setting is needed, and an empty one counts as none', () => {
  const settings = readSettings({ FUSION_PORT: '' });
  expect(settings.FUSION_PORT).toBe(8080);
  expect(settings.folders.database).toBe(join('.fusion', 'platform', 'database'));
});

test('every wrong setting is named in one error', () => {
  const wrong = { FUSION_PORT: 'http', FUSION_ADMIN_EMAIL: 'ada', FUSION_SANDBOX: 'perhaps' };
  expect(() => readSettings(wrong)).toThrow(SettingsError);
  expect(() => readSettings(wrong)).toThrow(/FUSION_PORT[\s\S]*FUSION_ADMIN_EMAIL[\s\S]*FUSION_SANDBOX/);
});

test('the documentation lists every setting as it is (npm run settings -w apps/platform prints the table)', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/running.md'), 'utf8');
  expect(page).toContain(settingsTable());
});

test('no setting of the platform is in what services may be given, but for those that are meant for them', () => {
  const names = Object.keys(settingsSchema.shape);
  const given = { ...Object.fromEntries(names.map((name) => [name, ''])), FUSION_DEM_STAC_URL: 'x' };
  expect(Object.keys(readSettings(given).environment).toSorted()).toEqual([
    'FUSION_DEM_STAC_URL',
    'FUSION_S2_STAC_URL',
    'FUSION_SMTP_FROM',
    'FUSION_SMTP_URL',
  ]);
});

test('the settings of a runtime go with that runtime', () => {
  expect(() => readSettings({ FUSION_CONTAINER_IMAGE: 'node:24' })).toThrow(
    /FUSION_CONTAINER_IMAGE: it needs FUSION_RUNTIME=container/,
  );
  expect(() => readSettings({ FUSION_RUNTIME: 'slurm', FUSION_CONTAINER_SOCKET: '/a' })).toThrow(
    /FUSION_CONTAINER_SOCKET: [\s\S]*FUSION_SLURM_FOLDER: .*a folder that all nodes share/,
  );
  expect(() => readSettings({ FUSION_RUNTIME: 'slurm', FUSION_SLURM_FOLDER: 'shared' })).toThrow(
    /FUSION_SLURM_FOLDER: an absolute path/,
  );
  expect(() => readSettings({ FUSION_RUNTIME: 'kubernetes' })).toThrow(/FUSION_RUNTIME: /);
  const settings = readSettings({ FUSION_RUNTIME: 'slurm', FUSION_SLURM_FOLDER: '/shared' });
  expect(settings.FUSION_RUNTIME).toBe('slurm');
});

test('the host of map tiles goes into the content security policy, so it is a plain one', () => {
  const tiles = (origin: string) => readSettings({ FUSION_MAP_TILES: `${origin}/{z}/{x}/{y}.png` });
  for (const good of [
    'https://tiles.example.com:8443',
    'http://127.0.0.1:8080',
    'http://[::1]:80',
    'https://tïles.example',
  ])
    expect(tiles(good).FUSION_MAP_TILES).toMatchObject({ kind: 'xyz', address: `${good}/{z}/{x}/{y}.png` });
  for (const bad of [
    "https://a;script-src'unsafe-inline'",
    'https://a;sandbox',
    'https://a,b',
    "https://'self'",
    'https://*.example.com',
    'https://user:secret@tiles.example',
    'https://a"b',
    'https://a:123456',
  ])
    expect(() => tiles(bad)).toThrow(/FUSION_MAP_TILES/);
});

test('the base map is tiles, or a PMTiles archive by its address or as a file', () => {
  const read = (text: string) => readSettings({ FUSION_MAP_TILES: text }).FUSION_MAP_TILES;
  expect(read('/maps/world.pmtiles')).toEqual({ kind: 'pmtiles', file: '/maps/world.pmtiles' });
  const address = 'https://maps.example.com/world.pmtiles?key=1';
  expect(read(address)).toEqual({ kind: 'pmtiles', address, origin: 'https://maps.example.com' });
  for (const bad of [
    'maps/world.pmtiles',
    '/maps/world.mbtiles',
    'file:///maps/world.pmtiles',
    'https://maps.example.com/world',
    'https://maps.example.com/world.mbtiles?x=.pmtiles',
    'https://maps.example.com/world.pmtiles#x',
    'https://a;sandbox/world.pmtiles',
    'https://user:secret@maps.example.com/world.pmtiles',
    'https://maps.example.com/{z}/{x}.png',
    's3://maps/world.pmtiles',
  ])
    expect(() => read(bad)).toThrow(/FUSION_MAP_TILES: an address of tiles with/);
});
