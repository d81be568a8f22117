import { unlessAsked } from './transcript.ts';
import type { Person, Transcript, TestPlatform } from './transcript.ts';

/** Data of its own, which nothing uses. */
const dataOf = async (platform: TestPlatform, name: string): Promise<string> => {
  const called = platform.name(name);
  await platform.prepare(['data', 'upload', 'square.geojson', '--name', called]);
  return called;
};

export const data: readonly Transcript[] = [
  { command: 'data ls', args: () => ['--search', 'Good'], seen: /Good 1/ },
  {
    command: 'data upload',
    args: (platform) => ['square.geojson', '--name', platform.name('Up')],
    seen: /Up \w+/,
  },
  {
    command: 'data show',
    args: () => ['Good 1'],
    seen: /square\.geojson {2}GeoJSON, \d+ B, EPSG:4326, [\d.]+ km²/,
  },
  {
    command: 'data download',
    args: (platform) => ['Good 1', '--to', platform.name('data')],
    seen: /Downloaded 1 file/,
  },
  {
    command: 'data rm',
    args: async (platform) => [await dataOf(platform, 'Gone'), ...unlessAsked(platform, '--yes')],
    answers: [[/Remove Gone/, 'y']],
    seen: /Removed Gone/,
  },
  { command: 'credits', args: () => [], seen: /for anything/ },
  { command: 'nodes', args: () => [], seen: /alive\s+0 of \d+\s+0 B of [\d.]+ GiB\s+process/ },
];

/** The folder of a service of one's own, one in each mode. */
const folderOf = async (platform: TestPlatform, name: string): Promise<string> => {
  const called = platform.name(name);
  await platform.prepare(['services', 'init', called, '--to', called.toLowerCase()]);
  return called.toLowerCase();
};

/** A version that waits for approval. */
const published = async (platform: TestPlatform, name: string): Promise<string> => {
  await platform.prepare(['services', 'publish', await folderOf(platform, name)], 'author');
  return `${platform.name(name)}@1`;
};

/** An author finds organisations of others by their id alone. */
async function idOf(platform: TestPlatform, who: Person): Promise<string> {
  const { stdout } = await platform.prepare(['whoami', '--json'], who);
  return (JSON.parse(stdout) as { organisation: { id: string } }).organisation.id;
}

export const services: readonly Transcript[] = [
  { command: 'services ls', args: () => [], seen: /Copy\s.*Copies input 1 to output 1/ },
  {
    command: 'services show',
    args: () => ['Chatty'],
    seen: /records = 100 {2}\(numeric, required, min=0;max=10000000\)/,
  },
  {
    command: 'services init',
    args: (platform) => [platform.name('First'), '--to', platform.name('first')],
    seen: /services try '?first \w+'? --input/,
  },
  {
    command: 'services check',
    args: async (platform) => [await folderOf(platform, 'Checked')],
    seen: /✔ checked \w+/,
  },
  {
    command: 'services try',
    args: async (platform) => {
      const folder = await folderOf(platform, 'Tried');
      return [folder, '--input', `${folder}/sample/region.geojson`];
    },
    seen: /✔ succeeded[^]*boxes\.geojson/,
  },
  {
    command: 'services publish',
    args: async (platform) => [await folderOf(platform, 'Published')],
    who: 'author',
    seen: /Published Published \w+, version 1/,
    needsSandbox: true,
  },
  {
    command: 'services versions',
    args: async (platform) => [(await published(platform, 'Listed')).replace('@1', '')],
    who: 'author',
    seen: /Listed \w+\s+1\s+pending, latest/,
    needsSandbox: true,
  },
  {
    command: 'services download',
    args: async (platform) => [await published(platform, 'Seen'), '--to', platform.name('archive')],
    who: 'operator',
    seen: /archive \w+ {2}[\d.]+ k?B/,
    needsSandbox: true,
  },
  {
    command: 'services whitelist',
    args: async (platform) => [await published(platform, 'Shared'), await idOf(platform, 'operator')],
    who: 'author',
    seen: /Shared \w+, version 1: for your own organisation and 1 other/,
    needsSandbox: true,
  },
  {
    command: 'services approve',
    args: async (platform) => [await published(platform, 'Approved')],
    who: 'operator',
    seen: /Approved Approved \w+, version 1/,
    needsSandbox: true,
  },
  {
    command: 'services withdraw',
    args: async (platform) => [await published(platform, 'Gone'), ...unlessAsked(platform, '--yes')],
    who: 'author',
    answers: [[/Remove Gone.* for good\?/, 'y']],
    seen: /Withdrew Gone \w+, version 1/,
    needsSandbox: true,
  },
];
