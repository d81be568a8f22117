import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { roles } from '@fusion-platform/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { addOrganisation, addUser, firstOrganisation, firstStart } from '../../accounts/index.ts';
import type { Database } from '../../database/index.ts';
import { createFolderObjects } from '../../objects/index.ts';
import { openTestDatabase } from '../../testing/prepared-database.ts';
import { createCatalogue, createPackages, createPublished } from '../index.ts';
import type { Catalogue, Published } from '../index.ts';
import type { Asker } from './index.ts';

let database: Database;
let catalogue: Catalogue;
let published: Published;
let folder: string;
let operator: Asker;
let author: Asker;
let other: Asker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-published-'));
  database = await openTestDatabase();
  const password = 'Sentinel-2a';
  await firstStart(database, { email: 'ada@example.com', password, organisation: 'Operator', credits: '1' });
  const asker = (organisationId: string): Asker => ({ organisationId, userId: randomUUID(), roles });
  const member = async (name: string): Promise<Asker> => {
    const organisationId = await addOrganisation(database, { name, credits: '1' });
    const user = { email: `${name.toLowerCase()}@example.com`, givenName: 'A', familyName: 'B', password };
    await addUser(database, { ...user, organisation: organisationId, roles: [...roles] });
    return asker(organisationId);
  };
  operator = asker(await firstOrganisation(database));
  [author, other] = [await member('Author'), await member('Other')];
  const runtime = async () => ({
    name: 'container',
    isolation: 'container' as const,
    programs: ['image', 'command'],
  });
  const objects = await createFolderObjects(join(folder, 'objects'));
  const packages = await createPackages({
    objects,
    folder: join(folder, 'packages'),
    prepare: async () => {},
  });
  catalogue = createCatalogue({ database, runtime });
  const imageDigest = async (image: string) => {
    const content = imageContents.get(image);
    if (content === undefined) throw new Error('the registry does not have it');
    return content;
  };
  published = createPublished({ database, packages, runtime, imageDigest });
});

afterAll(async () => {
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What names of images stand for. */
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const imageContents = new Map([['registry.example/a:1', digest('a')]]);

const describeService = (name: string, ssd_id: string, parts: object = {}): string =>
  stringify({
    name,
    ssd_id,
    version: 1,
    image: 'registry.example/a:1',
    inputs: [{ number: 1, file_type: 'GeoTIFF' }],
    outputs: [{ number: 1, name: 'Result', file_type: 'GeoTIFF' }],
    ...parts,
  });
const publish = async (by: Asker, ...of: Parameters<typeof describeService>) =>
  await published.publish(by, { serviceFile: describeService(...of) });
const after = (part: string, whole: string) => ({
  definition: [{ ssd_id: part, output: 1, linkages: [{ ssd_id: whole, input: 1 }] }],
});
const chainOf = async (id: string) =>
  (await catalogue.chain(database.queries, id)).map(({ manifest }) => [manifest.name, manifest.version]);

test('a service in a folder goes before what was published under its number, and is the operator’s', async () => {
  const ssdId = randomUUID();
  const { id } = await publish(author, 'Squatter', ssdId);
  await mkdir(join(folder, 'services', 'real'), { recursive: true });
  await writeFile(join(folder, 'services', 'real', 'service.yaml'), describeService('Real', ssdId));
  await catalogue.load([join(folder, 'services')], operator.organisationId);
  const [found] = (await catalogue.listLatest(other.organisationId, { search: 'real' })).list;
  expect(found).toMatchObject({ name: 'Real', organisation_id: operator.organisationId });
  await expect(published.get(author, id!)).rejects.toMatchObject({ code: 'not_found' });
  await expect(publish(author, 'Squatter', ssdId, { version: 2 })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a chain never runs what others have published and nobody approved', async () => {
  const [part, whole] = [randomUUID(), randomUUID()];
  await publish(author, 'Part', part);
  // A part that is nobody’s else to run is no part of anybody else’s chain.
  await expect(publish(other, 'Whole', whole, after(part, whole))).rejects.toMatchObject({
    fields: [
      expect.objectContaining({ message: expect.stringContaining('there is no service with the SSD id') }),
    ],
  });
  const own = randomUUID();
  const mine = await publish(author, 'Own', own, after(part, own));
  expect(await chainOf(mine.id!)).toEqual([
    ['Part', 1],
    ['Own', 1],
  ]);
  await expect(published.approve(operator, mine.id!)).rejects.toThrow(/runs what is not approved: Part/);

  const [one] = (await published.list(operator, { search: 'part' })).list;
  await published.approve(operator, one!.id!);
  const theirs = await publish(other, 'Whole', whole, after(part, whole));
  await published.approve(operator, theirs.id!);
  await publish(author, 'Part', part, { version: 2 });
  expect(await chainOf(theirs.id!)).toEqual([
    ['Part', 1],
    ['Whole', 1],
  ]);
  // Its only approved version is taken back: what waits for approval does not take its place.
  await published.withdraw(author, one!.id!, null);
  await expect(chainOf(theirs.id!)).rejects.toThrow(/there is no service with the SSD id/);
  expect(await chainOf(mine.id!)).toEqual([
    ['Part', 2],
    ['Own', 1],
  ]);
});

test('a version is seen and decided by nobody but its organisation and who runs the platform', async () => {
  const { id } = await publish(author, 'Seen', randomUUID());
  const viewer = { ...author, roles: ['create_ssds'] as const };
  for (const attempt of [
    async () => await published.get(other, id!),
    async () => await published.approve(other, id!),
    async () => await published.withdraw(other, id!, null),
    async () => await published.changeOrganisations(other, id!, null),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
  await expect(published.approve(author, id!)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(published.approve({ ...operator, roles: ['create_ssds'] }, id!)).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(
    (await published.list(other, {})).list.filter((one) => one.organisation_id !== other.organisationId),
  ).toEqual([]);
  expect((await published.get(viewer, id!)).service_file).toContain('Seen');
  await expect(catalogue.runnable(database.queries, other.organisationId, id!)).rejects.toMatchObject({
    code: 'not_found',
  });
  await published.approve(operator, id!);
  expect(await catalogue.runnable(database.queries, other.organisationId, id!)).toMatchObject({
    name: 'Seen',
  });
  await published.changeOrganisations(author, id!, []);
  await expect(catalogue.runnable(database.queries, other.organisationId, id!)).rejects.toMatchObject({
    code: 'not_found',
  });
  const chain = await catalogue.chain(database.queries, id!);
  expect(await catalogue.refusals(database.queries, other.organisationId, chain)).toEqual([
    expect.stringMatching(/"Seen" is not open to this organisation any more/),
  ]);
});

test('of archives an organisation has ten under way, and none that is larger than may be', async () => {
  const archive = { serviceFile: describeService('Many', randomUUID()), size: 1000 };
  for (let count = 0; count < 10; count += 1) await published.announce(other, archive);
  await expect(published.announce(other, archive)).rejects.toMatchObject({ code: 'too_many_requests' });
  await expect(published.announce(author, { ...archive, size: 200_000_000 })).rejects.toMatchObject({
    code: 'too_large',
  });
});

test('what is approved is what the name of its image stands for then, and stays it', async () => {
  const image = 'registry.example/moving:1';
  const version = await publish(author, 'Moving', randomUUID(), { image });
  expect(version.image_digest).toBeNull();
  await expect(published.approve(operator, version.id!)).rejects.toThrow(
    /"Moving" is not approved: its image registry\.example\/moving:1 cannot be had \(the registry does not have it\)/,
  );
  imageContents.set(image, digest('b'));
  const approved = await published.approve(operator, version.id!);
  expect(approved).toMatchObject({ state: 'approved', image, image_digest: digest('b') });
  imageContents.set(image, digest('c'));
  expect(await published.approve(operator, version.id!)).toMatchObject({ image_digest: digest('b') });
  const manifest = await catalogue.manifest(database.queries, version.id!);
  expect(manifest).toMatchObject({ image, imageDigest: digest('b') });
});

test('a published service sets what its own process reads, and nothing that works before its sandbox', async () => {
  const withVariable = async (name: string) =>
    await publish(author, 'Setting', randomUUID(), { environment: [{ name, default: 'x' }] });
  for (const name of ['NODE_OPTIONS', 'PYTHONPATH', 'PERL5LIB', 'LANG', 'GDAL_CACHEMAX'])
    expect(await withVariable(name)).toMatchObject({ state: 'pending' });
  for (const name of [
    'LD_PRELOAD',
    'BASH_ENV',
    'BASHOPTS',
    'SHELLOPTS',
    'PS4',
    'ENV',
    'PATH',
    'ZDOTDIR',
    'FUSION_DATA',
  ])
    await expect(withVariable(name)).rejects.toMatchObject({
      fields: [expect.objectContaining({ path: expect.stringMatching(/^service\.yaml:/) as string })],
    });
});
