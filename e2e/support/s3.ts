import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const programs = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'monmaptool'];

export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The one key that the server can encrypt with. */
  readonly kmsKeyId: string;
  stop(): Promise<void>;
}

/** Which programs are missing to start an S3 server; none where it can be started. */
export async function missingForS3(): Promise<string | undefined> {
  const found = await Promise.all(
    programs.map(async (program) => await run('which', [program]).catch(() => undefined)),
  );
  const missing = programs.filter((_, index) => !found[index]);
  return missing.length > 0 ? `${missing.join(', ')} not installed` : undefined;
}

/**
 * Starts Ceph's gateway on free ports, with an object store in memory: an S3 server that judges signatures, streamed and
 * multipart bodies and keys of encryption as Amazon's does. It needs no rights on the machine and about 150 MB.
 */
export async function startS3(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-s3-'));
  const [monitorPort, port] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  const kmsKeyId = 'orchard';
  const [accessKeyId, secretAccessKey] = ['FUSIONTESTKEY', 'kept/only+for=tests'];
  for (const part of ['mon', 'osd', 'rgw', 'run']) await mkdir(join(folder, part));
  const configuration = join(folder, 'ceph.conf');
  await writeFile(configuration, configure({ folder, fsid, monitorPort, port, kmsKeyId }));
  const within = async (program: string, ...args: string[]): Promise<string> =>
    (await run(program, ['-c', configuration, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout;
  const started: ReturnType<typeof start>[] = [];
  const stop = async (): Promise<void> => {
    for (const { child, ended } of started.toReversed()) {
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const map = join(folder, 'monmap');
    await run('monmaptool', [
      '--create',
      '--fsid',
      fsid,
      '--addv',
      'a',
      `[v1:127.0.0.1:${monitorPort}]`,
      map,
    ]);
    await within('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map);
    started.push(start('ceph-mon', configuration, '-i', 'a'));
    const osd = (await within('ceph', '--connect-timeout', '60', 'osd', 'new', fsid)).trim();
    await within('ceph-osd', '-i', osd, '--mkfs', '--osd-uuid', fsid);
    started.push(start('ceph-osd', configuration, '-i', osd));
    const gateway = start('radosgw', configuration, '-n', 'client.rgw');
    started.push(gateway);
    await gateway.said('starting handler: beast');
    const keys = ['--access-key', accessKeyId, '--secret-key', secretAccessKey];
    await within('radosgw-admin', 'user', 'create', '--uid=fusion', '--display-name=Fusion', ...keys);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint: `http://127.0.0.1:${port}`, accessKeyId, secretAccessKey, kmsKeyId, stop };
}

function configure(parts: {
  readonly folder: string;
  readonly fsid: string;
  readonly monitorPort: number;
  readonly port: number;
  readonly kmsKeyId: string;
}): string {
  const { folder } = parts;
  // Of 32 bytes, as AES-256 has it.
  const key = Buffer.from('for-tests-alone-of-32-bytes-1234').toString('base64');
  return `[global]
fsid = ${parts.fsid}
mon host = [v1:127.0.0.1:${parts.monitorPort}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
run dir = ${folder}/run
keyring = ${folder}/keyring
admin socket =
pid file =
log file =
log to stderr = true
err to stderr = true
debug rocksdb = 0
# One store, each object once, without a manager.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
# A monitor alone has nobody to gather decisions for.
paxos propose interval = 0.05
paxos min wait = 0.01
osd objectstore = memstore
memstore device bytes = 2147483648
mon data = ${folder}/mon
osd data = ${folder}/osd
[client.rgw]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${parts.port}
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = ${parts.kmsKeyId}=${key}
`;
}

function start(program: string, configuration: string, ...args: string[]) {
  const child = spawn(program, ['-f', '-c', configuration, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let log = '';
  const waiting = new Set<() => void>();
  // The gateway logs to its standard output, the others to their standard error.
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      for (const look of waiting) look();
    });
  /** Resolves once the program has said it. */
  const said = async (words: string): Promise<void> => {
    const heard = Promise.withResolvers<void>();
    const look = (): void => {
      if (log.includes(words)) heard.resolve();
    };
    waiting.add(look);
    look();
    await Promise.race([
      heard.promise,
      ended.then(() => {
        throw new Error(`${program} ended before it was ready:\n${log}`);
      }),
    ]);
    waiting.delete(look);
  };
  return { child, ended, said };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
