import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { exampleRegions, login } from 'fusion-platform';
import type { Organisation } from 'fusion-platform';

import { buildDashboard } from './dashboard.ts';
import { freePort } from './free-port.ts';
import { startProgress } from './progress.ts';
import { report } from './report.ts';
import { folder, readCredentials, root, startServer } from './servers.ts';
import type { Credentials, Server } from './servers.ts';

const exit = process.argv.includes('--exit');
const here = (path: string): string => relative(process.cwd(), path) || '.';

async function main(): Promise<void> {
  console.log('\nfusion-platform quickstart\n');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const credentials = await readCredentials();
  const servers: Server[] = [];
  const stopServers = async (): Promise<void> => {
    for (const server of servers.splice(0).toReversed()) await server.stop();
  };
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) process.exit(1);
    interrupted = true;
    console.log('\n  Stopping …');
    void stopServers().then(() => process.exit(0));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    await buildDashboard();
    const archive = await startArchive('Archive', 'cop-dem-glo-30');
    servers.push(archive);
    const scenesPort = await freePort();
    const platform = await startPlatform(archive.url, `http://127.0.0.1:${scenesPort}`, credentials);
    servers.push(platform);
    await run(platform.url, credentials);
    if (exit) return;
    // For what may be tried next. Nobody has to wait for it to see the first run.
    console.log('');
    servers.push(await startArchive('Scenes', 'sentinel-2-l2a', scenesPort));
    console.log(`
  The platform is running until Ctrl-C.

    Dashboard  ${platform.url}
    Reference  ${platform.url}/reference
    Email      ${credentials.email}
    Password   ${credentials.password}
`);
    await platform.stopped;
    if (!interrupted)
      throw new Error(`The platform has stopped: ${here(join(folder, 'platform.log'))} says why`);
  } finally {
    if (!interrupted) await stopServers();
  }
}

async function startArchive(title: string, collection: string, port = 0): Promise<Server> {
  const progress = startProgress(title);
  const archive = await startServer(`sample-archive-${collection}`, 'sample-archive/src/main.ts', {
    args: [
      '--port',
      String(port),
      '--collections',
      collection,
      '--folder',
      join(root, '.fusion', 'sample-archive'),
    ],
    heard: (message) => {
      const { share, comment } = message as { share?: number; comment?: string };
      if (share !== undefined) progress.to(share, comment);
    },
  });
  progress.end(archive.url);
  return archive;
}

async function startPlatform(
  elevation: string,
  scenes: string,
  { email, password }: Credentials,
): Promise<Server> {
  const progress = startProgress('Platform');
  const platform = await startServer('platform', 'apps/platform/src/main.ts', {
    environment: {
      FUSION_DATA: join(folder, 'platform'),
      FUSION_PORT: process.env['FUSION_PORT'] ?? '0',
      FUSION_ADMIN_EMAIL: email,
      FUSION_ADMIN_PASSWORD: password,
      FUSION_DEM_STAC_URL: elevation,
      FUSION_S2_STAC_URL: scenes,
    },
  });
  progress.end(platform.url);
  return platform;
}

/** What an analyst does: log in, upload a region, run a service over it, look at what happened, download. */
async function run(apiUrl: string, credentials: Credentials): Promise<void> {
  const session = await login({ apiUrl, ...credentials, pollInterval: 1000 });
  const organisation = await session.user.organisations().first();
  if (!organisation) throw new Error('The user is in no organisation');
  console.log(`
  Watch it in the dashboard; this link signs in once, within a quarter of an hour:
  ${apiUrl}/sign-in#code=${await session.user.createSignInCode()}
`);

  const region = await uploadRegion(organisation);
  const { first: service } = await organisation.findServices({ keyword: 'Elevation' });
  if (!service) throw new Error('The platform has no service with the keyword "Elevation"');
  const definition = await organisation.newProcess({ name: 'Elevation of Glasgow', service });
  await definition.update({ inputNumber: 1, data: region });
  await definition.create();

  const { any_credits: held } = await organisation.credit();
  console.log(`\n  ${service.name} over Glasgow: ${definition.price} credits of ${held}\n`);

  const progress = startProgress('Execution');
  await definition.execute({
    wait: true,
    // Of others it tells that they wait.
    onProgress: ({ progress: percent, component }) =>
      progress.to(percent / 100, component?.state === 'running' ? component.name : undefined),
  });
  const execution = await definition.executions().first();
  if (!execution) throw new Error('The process was executed, but has no execution');
  progress.end();

  const target = join(folder, 'outputs');
  await rm(target, { recursive: true, force: true });
  await report(execution, target);
  console.log(`\n  Outputs, logs and metrics are in ${here(target)}`);
}

async function uploadRegion(organisation: Organisation) {
  const progress = startProgress('Upload');
  let uploading = true;
  const region = await organisation.createData({
    name: 'Glasgow',
    fileType: 'GeoJSON',
    files: [exampleRegions.glasgow],
    onProgress: ({ uploaded }) => uploading && progress.to(uploaded),
  });
  while (region.uploadProgress().some(({ bytes, size }) => bytes < (size ?? Infinity))) await delay(50);
  uploading = false;
  progress.end();
  const analysis = startProgress('Analysis');
  await region.createComplete({ wait: true });
  const file = await region.files().first();
  analysis.end(file?.area ? `${(file.area / 1e6).toFixed(1)} km²` : '');
  return region;
}

try {
  await main();
} catch (error) {
  console.error(`\n  The quickstart failed: ${error instanceof Error ? error.message : String(error)}`);
  console.error(`  The logs of the servers are in ${here(folder)}; running it again starts where it can.`);
  process.exitCode = 1;
}
