import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { calls } from '@fusion-platform/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildPackage } from '../../packages/sdk/scripts/build.mjs';
import { page } from '../../packages/sdk/test/fixture-server.ts';
import type { Fixture } from '../../packages/sdk/test/fixture-server.ts';
import { startPlatform } from '../../packages/sdk/test/platform-state.ts';
import {
  component,
  data,
  dataFile,
  dataId,
  execution,
  id,
  logRecord,
  organisationId,
} from '../../packages/sdk/test/samples.ts';
import { serveBytes, takeUploads } from '../../packages/sdk/test/store.ts';

const run = promisify(execFile);
const bytes = randomBytes(500_000);
let folder: string;
let packageFolder: string;
let installed = true;

/** Installs what it is asked for into the folder; false when the registry cannot be reached. */
async function install(...packages: string[]): Promise<boolean> {
  try {
    const options = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    await run('npm', ['install', ...options, ...packages], { cwd: folder });
    return true;
  } catch (error) {
    if (/E404|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EBADPLATFORM|network/.test(String(error)))
      return false;
    throw error;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-sdk-package-'));
  await writeFile(join(folder, 'package.json'), '{"name":"consumer","private":true,"type":"module"}');
  // In a folder of its own: others may build at the same time.
  packageFolder = join(folder, 'built');
  await buildPackage(packageFolder);
  const { stdout } = await run('npm', ['pack', packageFolder, '--pack-destination', folder, '--json']);
  const packed = JSON.parse(stdout) as Record<string, { filename: string }> | [{ filename: string }];
  const [{ filename }] = Object.values(packed) as [{ filename: string }];
  installed = await install(join(folder, filename));
  await writeFile(join(folder, 'script.mjs'), script);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

test('the package needs nothing of the workspace', async () => {
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(Object.keys(manifest['dependencies'] as object)).toEqual(['zod']);
  expect(manifest['private']).toBeUndefined();
  const code = await readFile(join(packageFolder, 'index.js'), 'utf8');
  const imports = Array.from(code.matchAll(/^import .*? from "([^"]+)"/gm), ([, name]) => name);
  expect(new Set(imports.filter((name) => !name?.startsWith('node:')))).toEqual(new Set(['zod']));
});

test('its types are complete on their own', async ({ skip }) => {
  if (!installed) skip('the package registry cannot be reached');
  await writeFile(join(folder, 'consumer.ts'), consumer);
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
    /package\.json$/,
    'bin/tsc',
  );
  const options = '--noEmit --strict --module nodenext --target es2022 --lib es2022,dom,dom.iterable'.split(
    ' ',
  );
  // No types of Node are at hand, and library types are checked too.
  const checked = run(process.execPath, [tsc, ...options, '--types', '', 'consumer.ts'], { cwd: folder });
  const printed = await checked.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  expect(printed).toBe('');
});

describe.each(['20', '22', '24'])('on Node %s', (version) => {
  test('it logs in, uploads, follows, downloads with resume and writes logs', async ({ skip }) => {
    if (!installed) skip('the package registry cannot be reached');
    const name = `node-${process.platform}-${process.arch}`;
    const target = `node${version}@npm:${name}@${version}`;
    if (!(await install(target))) skip(`${name}@${version} cannot be installed`);
    await using platform = await startPlatform();
    const store = serve(platform);
    const out = join(folder, `out-${version}`);
    await mkdir(out);
    const node = join(folder, 'node_modules', `node${version}`, 'bin', 'node');
    const { stdout, stderr } = await run(node, ['script.mjs', platform.url, out], { cwd: folder });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(`^v${version}\\.`),
      progress: [0, 50, 100, 100],
      uploaded: 1,
      equal: true,
      error: ['NotFoundError', 404],
    });
    expect(store.puts[0]?.headers['content-length']).toBe(String(store.puts[0]?.bytes.length));
    expect((await readFile(join(out, 'file.bin'))).equals(bytes)).toBe(true);
    expect(await readFile(join(out, 'logs.csv'), 'utf8')).toMatch(/^logged_at,message\r\n[^\r]+,"a,b"\r\n$/);
  });
});

function serve(platform: Fixture) {
  const store = takeUploads();
  let ended = false;
  platform.on(calls.newData, () => ({ model: { id: dataId, organisation_id: organisationId }, extras: {} }));
  platform.on(calls.createData, () => ({ model: data(), extras: {} }));
  platform.on(calls.addFile, () => ({ extras: { file: id(61), url: `${platform.url}/store/up` } }));
  platform.on(calls.listFiles, () => ({
    list: [dataFile({ size: bytes.length, publishable: true })],
    extras: {},
  }));
  platform.on(calls.downloadFile, () => ({ extras: { url: `${platform.url}/store/down` } }));
  platform.on(calls.listComponents, () => ({ list: [component()], extras: {} }));
  platform.on(calls.listLogs, ({ list }) => page([logRecord(0, 'a,b')], list));
  platform.on(calls.getExecution, () => ({
    model: execution(ended ? { progress: 100, success: true } : {}),
    extras: {},
  }));
  platform.on(calls.followExecution, ({ raw: { response } }) => {
    ended = true;
    const event = (progress: number): string =>
      `event: execution\ndata: ${JSON.stringify({ model: execution({ progress, success: progress === 100 }) })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event(50) + event(100));
  });
  platform.onPath('/store/up', store.handler);
  platform.onPath('/store/down', serveBytes(bytes, { breakAfter: 200_000 }).handler);
  return store;
}

const script = `
import { readFile, writeFile } from 'node:fs/promises';
import { login } from 'fusion-platform';
const [, , apiUrl, out] = process.argv;
const session = await login({ email: 'ada@example.com', password: 'Secret-1', apiUrl, pollInterval: 5, retryDelay: { minimum: 1 } });
const owner = await session.user.organisations().first();
await writeFile(out + '/up.geojson', 'x'.repeat(1_000_000));
let uploaded = 0;
const data = await owner.createData({
  name: 'New', fileType: 'GeoJSON', files: [out + '/up.geojson'], wait: true, onProgress: (p) => { uploaded = p.uploaded; },
});
const process_ = await owner.processes().first();
const execution = await process_.executions().first();
const progress = [];
await execution.checkComplete({ wait: true, onProgress: (p) => progress.push(p.progress) });
const file = await data.files().first();
await file.download({ path: out + '/file.bin' });
const blob = await file.download();
const equal = Buffer.from(await blob.arrayBuffer()).equals(await readFile(out + '/file.bin'));
const component = await execution.components().first();
await component.downloadLogFile(out + '/logs.csv');
const error = await process_.delete().catch((e) => [e.name, e.status]);
console.log(JSON.stringify({ version: process.version, progress, uploaded, equal, error }));
`;

const consumer = `
import { login, Process, type Data } from 'fusion-platform';
export async function main(data: Data): Promise<string> {
  const { user } = await login({ email: 'a@b.example', password: 'x' });
  for await (const organisation of user.organisations()) {
    const { first } = await organisation.findProcesses({ name: 'x' });
    const price: number | undefined = first?.price;
    if (first instanceof Process) await first.update({ inputNumber: 1, data });
    // @ts-expect-error read-only
    if (first) first.name = String(price);
  }
  return user.given_name;
}
`;
