import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { missingForS3, startS3 } from '../../../../../e2e/support/s3.ts';
import type { S3Server } from '../../../../../e2e/support/s3.ts';
import type { Objects } from '../objects.ts';
import { describeObjects } from '../testing/conformance.ts';
import { openBucket } from './bucket.ts';
import { putWhole } from './parts.ts';
import { createS3Objects } from './s3.ts';
import type { S3Settings } from './settings.ts';

const missing = await missingForS3();
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

/** S3 takes no smaller parts than this. */
const partBytes = 5 * 1024 ** 2;

describe.skipIf(missing)(`S3 (${missing ?? 'radosgw installed'})`, () => {
  let s3: S3Server;
  let client: S3Client;
  let folder: string;
  beforeAll(async () => {
    s3 = await startS3();
    folder = await mkdtemp(join(tmpdir(), 'fusion-s3-objects-'));
    client = new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    });
    await client.send(new CreateBucketCommand({ Bucket: 'objects' }));
  });
  afterAll(async () => {
    client?.destroy();
    await s3?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  const settings = (options: Partial<S3Settings> = {}): S3Settings => ({
    bucket: 'objects',
    prefix: randomUUID(),
    endpoint: s3.endpoint,
    region: 'us-east-1',
    pathStyle: true,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    spoolFolder: join(folder, randomUUID()),
    partBytes,
    copyPartBytes: partBytes,
    ...options,
  });
  const unfinished = async (prefix: string | undefined): Promise<string[]> => {
    const { Uploads = [] } = await client.send(
      new ListMultipartUploadsCommand({ Bucket: 'objects', Prefix: `${prefix}/` }),
    );
    return Uploads.map(({ Key }) => Key!);
  };

  const tails = async (prefix: string | undefined): Promise<string[]> => {
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: 'objects', Prefix: `${prefix}/unfinished/` }),
    );
    return Contents.map(({ Key }) => Key!);
  };

  describeObjects('a bucket', {
    open: async () => {
      const own = settings();
      const objects = await createS3Objects(own);
      return {
        objects,
        leftovers: async () => [
          ...(await unfinished(own.prefix)),
          ...(await tails(own.prefix)),
          ...(await readdir(own.spoolFolder)),
        ],
        reopen: async () => await createS3Objects(own),
        sweepAll: async () =>
          await (await createS3Objects({ ...own, abandonedMilliseconds: -60_000 })).sweep(),
      };
    },
    large: 3 * partBytes + 1,
  });

  test('the objects of one prefix are not those of another', async () => {
    const [one, other] = [await createS3Objects(settings()), await createS3Objects(settings())];
    await one.put('uploads/a', Readable.from([Buffer.from('of one')]));
    expect(await other.has('uploads/a')).toBe(false);
    for await (const { key } of other.list()) expect(key).toBeUndefined();
  });

  test('a signed address gives the object under its name, whole or by range, for a while', async () => {
    const objects = await createS3Objects(settings());
    const bytes = randomBytes(1000);
    await objects.put('uploads/a', Readable.from([bytes]));
    const options = { fileName: 'höhe "1".tif', contentType: 'image/tiff' };
    const url = (await objects.signedUrl('uploads/a', { seconds: 60, ...options }))!;
    const response = await fetch(url);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(response.headers.get('content-type')).toBe('image/tiff');
    expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''h%C3%B6he");
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
    expect((await fetch(url.replace('uploads/a', 'uploads/b'))).status).toBe(403);
    expect(url).not.toContain(s3.secretAccessKey);
  });

  test('what is written is encrypted as the settings say', async () => {
    const own = settings({ encryption: { kind: 'aws:kms', kmsKeyId: s3.kmsKeyId } });
    const objects = await createS3Objects(own);
    const big = randomBytes(partBytes + 1);
    await objects.put('uploads/a', Readable.from([Buffer.from('small')]));
    await objects.put('uploads/b', Readable.from([big]));
    await objects.copy('uploads/a', 'uploads/c');
    for (const key of ['uploads/a', 'uploads/b', 'uploads/c']) {
      const head = await client.send(
        new HeadObjectCommand({ Bucket: 'objects', Key: `${own.prefix}/${key}` }),
      );
      expect(head.ServerSideEncryption).toBe('aws:kms');
    }
    expect((await buffer(await objects.get('uploads/b'))).equals(big)).toBe(true);
  });

  test('a wrong secret, a bucket that is missing and a server that is gone are said at the start', async () => {
    const wrong = { accessKeyId: s3.accessKeyId, secretAccessKey: 'wrong' };
    await expect(createS3Objects(settings({ credentials: wrong }))).rejects.toThrow('its keys are wrong');
    await expect(createS3Objects(settings({ bucket: 'none' }))).rejects.toThrow('no such bucket');
    const gone = 'http://127.0.0.1:1';
    await expect(createS3Objects(settings({ endpoint: gone }))).rejects.toThrow('ECONNREFUSED');
  });

  /** Passes bytes on to the server, and breaks connections as it is told: `down` by bytes from it, `up` by bytes to it. */
  async function breaking(breaks: { down?: number; up?: number; times: number }) {
    const { port, hostname } = new URL(s3.endpoint);
    let left = breaks.times;
    const server = createServer((near) => {
      const far = connect(Number(port), hostname);
      const count = { up: 0, down: 0 };
      for (const [way, from, to] of [
        ['up', near, far],
        ['down', far, near],
      ] as const) {
        from.on('data', (chunk) => {
          count[way] += chunk.length;
          const most = breaks[way];
          if (most !== undefined && count[way] > most && left > 0) {
            left -= 1;
            near.destroy();
            far.destroy();
            return;
          }
          if (!to.write(chunk)) {
            from.pause();
            to.once('drain', () => from.resume());
          }
        });
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      left: () => left,
      [Symbol.asyncDispose]: async () => {
        server.close();
        await Promise.resolve();
      },
    };
  }

  test('a read that breaks goes on where it broke', async () => {
    const own = settings();
    const big = randomBytes(2 * partBytes);
    await (await createS3Objects(own)).put('uploads/a', Readable.from([big]));
    await using proxy = await breaking({ down: 3_000_000, times: 3 });
    const objects = await createS3Objects({ ...own, endpoint: proxy.endpoint });
    expect((await buffer(await objects.get('uploads/a'))).equals(big)).toBe(true);
    expect(proxy.left()).toBe(0);
  });

  test('a part whose sending breaks is sent again, from the start', async () => {
    await using proxy = await breaking({ up: 2_000_000, times: 2 });
    const own = settings({ endpoint: proxy.endpoint });
    const objects = await createS3Objects(own);
    const big = randomBytes(2 * partBytes + 5);
    await objects.put('uploads/a', Readable.from([big]));
    expect(proxy.left()).toBe(0);
    expect((await buffer(await objects.get('uploads/a'))).equals(big)).toBe(true);
    expect(await unfinished(own.prefix)).toEqual([]);
  });

  test('a file that changes while it is stored is refused by its checksum', async () => {
    const own = settings();
    const objects = await createS3Objects(own);
    const path = join(folder, 'changing');
    await writeFile(path, randomBytes(1000));
    const file = await open(path);
    const part = { file: file.fd, start: 0, length: 1000, sha256: '0'.repeat(64) };
    const tried = putWhole(openBucket(own), 'uploads/a', part);
    await expect(tried).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await file.close();
    expect(await objects.has('uploads/a')).toBe(false);
  });

  test('a platform that is killed while it stores leaves no object, and what it left is swept', async () => {
    const own = settings();
    const child = spawn(
      process.execPath,
      [
        '--conditions=fusion-source',
        join(import.meta.dirname, '..', 'testing', 'endless-put.ts'),
        JSON.stringify(own),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await once(child.stdout, 'data');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    expect(await unfinished(own.prefix)).toHaveLength(1);
    expect((await readdir(own.spoolFolder)).length).toBeGreaterThan(0);
    const objects: Objects = await createS3Objects(own);
    expect(await readdir(own.spoolFolder)).toEqual([]);
    expect(await objects.has('uploads/a')).toBe(false);
    await objects.sweep();
    expect(await unfinished(own.prefix)).toHaveLength(1);
    await (await createS3Objects({ ...own, abandonedMilliseconds: -60_000 })).sweep();
    expect(await unfinished(own.prefix)).toEqual([]);
    const { KeyCount } = await client.send(
      new ListObjectsV2Command({ Bucket: 'objects', Prefix: `${own.prefix}/` }),
    );
    expect(KeyCount).toBe(0);
  });

  test('a full disk under the parts that are on their way is said, and leaves nothing', async ({ skip }) => {
    const own = settings();
    await mkdir(own.spoolFolder, { recursive: true });
    const objects = await createS3Objects(own);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', own.spoolFolder], { stdio: 'pipe' });
    } catch {
      skip('a small file system cannot be mounted here');
    }
    try {
      const tried = objects.put('uploads/a', Readable.from([randomBytes(partBytes * 2)]));
      await expect(tried).rejects.toMatchObject({ code: 'storage_full' });
      expect(await readdir(own.spoolFolder)).toEqual([]);
      expect(await objects.has('uploads/a')).toBe(false);
      expect(await unfinished(own.prefix)).toEqual([]);
    } finally {
      execFileSync('umount', ['--lazy', own.spoolFolder]);
    }
  });
});
