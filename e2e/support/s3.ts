import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from './free-port.ts';

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

/** Starting takes 2 s on an idle machine; a store that has stopped answering would be waited for without end. */
const startSeconds = 150;
const attempts = 3;

/**
 * Starts Ceph's gateway on free ports, with an object store in memory: an S3 server that judges signatures, streamed and
 * multipart bodies and keys of encryption as Amazon's does. It needs no rights on the machine and about 150 MB.
 * @throws with what every program said, when it has not started in several attempts
 */
export async function startS3(): Promise<S3Server> {
  const failures: unknown[] = [];
  // Each attempt has ports of its own: another process may take a free one before the server has it.
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      return await startOnce(AbortSignal.timeout(startSeconds * 1000));
    } catch (error) {
      failures.push(error);
    }
  }
  const reasons = failures.map((failure, index) => `Attempt ${index + 1}: ${(failure as Error).message}`);
  throw new Error(`The S3 server did not start.\n${reasons.join('\n\n')}`);
}

async function startOnce(signal: AbortSignal): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-s3-'));
  const [monitorPort, port] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  const kmsKeyId = 'orchard';
  const [accessKeyId, secretAccessKey] = ['FUSIONTESTKEY', 'kept/only+for=tests'];
  for (const part of ['mon', 'osd', 'rgw', 'run']) await mkdir(join(folder, part));
  const configuration = join(folder, 'ceph.conf');
  await writeFile(configuration, configure({ folder, fsid, monitorPort, port, kmsKeyId }));
  const started: Program[] = [];
  const launch = (program: string, ...args: string[]): Program => {
    const launched = start(program, configuration, ...args);
    started.push(launched);
    return launched;
  };
  const stop = async (): Promise<void> => {
    for (const { child, ended } of started.toReversed()) {
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  let step = '';
  // A program that has ended is waited for by the others: the step ends with it.
  const until = async <T>(words: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    step = words;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    try {
      return await Promise.race([
        work(either),
        ...started.map(async ({ name, ended }) => {
          await ended;
          throw new Error(`${name} has ended`);
        }),
        new Promise<never>((_, reject) => {
          either.addEventListener('abort', () => reject(new Error(`not within ${startSeconds} s`)));
        }),
      ]);
    } finally {
      over.abort();
    }
  };
  const within = async (program: string, ...args: string[]): Promise<string> =>
    await until(
      `${program} ${args.slice(0, 2).join(' ')}`,
      async (either) =>
        (
          await run(program, ['-c', configuration, ...args], {
            maxBuffer: 64 * 1024 * 1024,
            signal: either,
            killSignal: 'SIGKILL',
          })
        ).stdout,
    );
  try {
    const map = join(folder, 'monmap');
    const monitor = `[v1:127.0.0.1:${monitorPort}]`;
    await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', monitor, map], { signal });
    await within('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map);
    launch('ceph-mon', '-i', 'a');
    const osd = (await within('ceph', 'osd', 'new', fsid)).trim();
    await within('ceph', 'osd', 'crush', 'add', `osd.${osd}`, '1', 'root=default', 'host=a');
    await within('ceph-osd', '-i', osd, '--mkfs', '--osd-uuid', fsid);
    launch('ceph-osd', '-i', osd);
    const gateway = launch('radosgw', '-n', 'client.rgw');
    await until('radosgw', async () => await gateway.said('starting handler: beast'));
    const keys = ['--access-key', accessKeyId, '--secret-key', secretAccessKey];
    await within('radosgw-admin', 'user', 'create', '--uid=fusion', '--display-name=Fusion', ...keys);
  } catch (error) {
    const reports = started.map(
      (program) =>
        `--- ${program.name} said:\n${program
          .log()
          .replaceAll(/\n\s*\n/g, '\n')
          .slice(-2000)
          .trim()}`,
    );
    await stop();
    throw new Error([`${step}: ${(error as Error).message}`, ...reports].join('\n'), { cause: error });
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
# By itself a store tells its place before it knows the cluster, and now and then ends with "wrong fsid" for it.
osd crush update on start = false
osd class update on start = false
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

interface Program {
  readonly name: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  /** The last that it printed. */
  log(): string;
  /** Resolves once it has printed the words. */
  said(words: string): Promise<void>;
}

function start(program: string, configuration: string, ...args: string[]): Program {
  const child = spawn(program, ['-f', '-c', configuration, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Settles for a program that could not be started, too.
  const ended = once(child, 'close').catch(() => undefined);
  let log = '';
  const waiting = new Set<(said: string) => void>();
  // The gateway logs to its standard output, the others to their standard error.
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      const all = log + text;
      log = all.slice(-4000);
      // A busy machine hands over much at once: what is looked for may be far from the end.
      for (const look of waiting) look(all);
    });
  const said = async (words: string): Promise<void> => {
    const heard = Promise.withResolvers<void>();
    const look = (text: string): void => {
      if (text.includes(words)) heard.resolve();
    };
    waiting.add(look);
    look(log);
    await heard.promise;
    waiting.delete(look);
  };
  return { name: program, child, ended, log: () => log, said };
}
