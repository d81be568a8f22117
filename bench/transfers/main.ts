/** How fast the SDK uploads and downloads a large file beside curl, and what memory that takes of client and platform. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { logIn } from '../../e2e/support/api.ts';
import { flow } from '../../e2e/support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import { missingForS3, startS3 } from '../../e2e/support/s3.ts';
import { makeReady } from '../make-ready.ts';
import { spreadOf, told } from '../statistics.ts';
import { bucketSettings } from './bucket.ts';
import { curlDown, curlUp } from './curl.ts';

/** Called when nothing is left to do but the transfer: a program that takes longer to start than another meets the same machine. */
type Ready = () => Promise<void>;

/** What the project promises. */
const targets = { ofCurl: 0.9, addedMb: 100 };
const bytes = Number(process.env['FUSION_BENCH_BYTES'] ?? 4e9);
const rounds = Number(process.env['FUSION_BENCH_ROUNDS'] ?? 1);
const inBucket = process.env['FUSION_BENCH_S3'] === '1';

const missing = inBucket ? await missingForS3() : undefined;
if (missing) throw new Error(missing);
const folder = await testFolder();
const s3 = inBucket ? await startS3() : undefined;
const platform = await startPlatform(folder.path, s3 ? await bucketSettings(s3) : {});
try {
  process.exitCode = (await compare()) ? 0 : 1;
} finally {
  await platform.stop();
  await s3?.stop();
  await folder.remove();
}

/** Prints what it sees. Whether the targets are met. */
async function compare(): Promise<boolean> {
  const sent = join(folder.path, 'sent.bin');
  const sha256 = await writeRandom(sent);
  const analyst = flow(platform.url, await logIn(platform.url, email, password));
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, ${(bytes / 1e9).toFixed(2)} GB, ` +
      `${rounds} rounds, objects in a ${inBucket ? 'bucket' : 'folder'}`,
  );
  const seen = { up: [] as number[], down: [] as number[], client: [] as number[], platform: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    // Whoever goes first is at no advantage over all rounds.
    const curlFirst = round % 2 === 0;
    // Twice: the first look forgets what came before this round.
    await platformPeak();
    const before = await platformPeak();
    const baseline = await sdk(async () => undefined, 'login');
    const upBy = {
      sdk: async (ready: Ready) => await sdk(ready, 'up', sent),
      curl: async (ready: Ready) => await curlUp(analyst, sent, ready),
    };
    const curlId = curlFirst ? await beside(upBy.curl) : undefined;
    const up = await beside(upBy.sdk);
    const curl = curlId ?? (await beside(upBy.curl));
    const received = join(folder.path, 'received.bin');
    const downBy = {
      sdk: async (ready: Ready) => await sdk(ready, 'down', received, up.data),
      curl: async (ready: Ready) => await curlDown(analyst, up.data, received, ready),
    };
    const curlDownFirst = curlFirst ? await beside(downBy.curl) : undefined;
    // To take away a large file takes time, which is nobody's here.
    await rm(received, { force: true });
    const down = await beside(downBy.sdk);
    if ((await digestOf(received)) !== sha256) throw new Error('other bytes came back than were sent');
    await rm(received);
    const curlled = curlDownFirst ?? (await beside(downBy.curl));
    await rm(received, { force: true });
    for (const id of [up.data, curl.data]) await analyst.must('DELETE', `/data/${id}`);
    const added = {
      client: Math.max(up.peakMb, down.peakMb) - baseline.peakMb,
      platform: (await platformPeak()) - before,
    };
    seen.up.push(curl.seconds / up.seconds);
    seen.down.push(curlled.seconds / down.seconds);
    seen.client.push(added.client);
    seen.platform.push(added.platform);
    console.log(
      `round ${round}: up ${rate(up.seconds)}, curl ${rate(curl.seconds)}; down ${rate(down.seconds)}, ` +
        `curl ${rate(curlled.seconds)}; added to the client ${added.client.toFixed(0)} MB, ` +
        `to the platform ${added.platform.toFixed(0)} MB`,
    );
    console.log(
      `         processor time, + the platform's: up ${work(up)}, curl ${work(curl)}; ` +
        `down ${work(down)}, curl ${work(curlled)}`,
    );
  }
  const judged = [
    [
      `up: ${told(spreadOf(seen.up))} of curl's rate, at least ${targets.ofCurl}`,
      spreadOf(seen.up).median >= targets.ofCurl,
    ],
    [
      `down: ${told(spreadOf(seen.down))} of curl's rate, at least ${targets.ofCurl}`,
      spreadOf(seen.down).median >= targets.ofCurl,
    ],
    // No round may need more, not only most of them.
    [
      `client: ${told(spreadOf(seen.client), ' MB', 0)} added, under ${targets.addedMb}`,
      Math.max(...seen.client) < targets.addedMb,
    ],
    [
      `platform: ${told(spreadOf(seen.platform), ' MB', 0)} added, under ${targets.addedMb}`,
      Math.max(...seen.platform) < targets.addedMb,
    ],
  ] as const;
  for (const [what, met] of judged) console.log(`${met ? 'met' : 'MISSED'}  ${what}`);
  return judged.every(([, met]) => met);
}

/** In seconds. */
function work({ processor, platform: platforms }: { processor: number; platform: number }): string {
  return `${processor.toFixed(2)} + ${platforms.toFixed(2)} s`;
}

/** Does something once the machine is ready, and tells what processor time it took of the platform, in seconds. */
async function beside<T>(task: (ready: Ready) => Promise<T>): Promise<T & { readonly platform: number }> {
  let before = 0;
  const done = await task(async () => {
    await makeReady(folder.path, bytes);
    before = await platformTime();
  });
  return { ...done, platform: (await platformTime()) - before };
}

async function platformTime(): Promise<number> {
  const status = await readFile(`/proc/${platform.child.pid}/stat`, 'utf8');
  // Behind its name: user and system time, in ticks of which Linux has 100 a second.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function rate(seconds: number): string {
  return `${seconds.toFixed(1)} s (${(bytes / seconds / 1e6).toFixed(0)} MB/s)`;
}

/** Nothing that a file system or a network could leave out. Gives its SHA-256. */
async function writeRandom(path: string): Promise<string> {
  const piece = randomBytes(8_000_000);
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  for (let left = bytes; left > 0; left -= piece.length) {
    piece.writeDoubleLE(left, 0);
    const part = piece.subarray(0, left);
    hash.update(part);
    await file.writeFile(part);
  }
  await file.close();
  return hash.digest('hex');
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

interface SdkRun {
  readonly seconds: number;
  /** In seconds. */
  readonly processor: number;
  /** The most memory the process ever held (resident set). */
  readonly peakMb: number;
  readonly data: string;
}

async function sdk(
  ready: Ready,
  ...args: ['login'] | ['up', path: string] | ['down', path: string, data: string]
): Promise<SdkRun> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, FUSION_URL: platform.url, FUSION_EMAIL: email, FUSION_PASSWORD: password };
  const script = join(import.meta.dirname, 'sdk-process.ts');
  const child = spawn(process.execPath, ['--conditions=fusion-source', script, ...args], {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let result: SdkRun | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'logged in') {
      result = JSON.parse(line) as SdkRun;
      continue;
    }
    await ready();
    child.stdin.end();
  }
  if (!result) throw new Error(`the SDK's process for ${args[0]} ended without a result`);
  return result;
}

/** The most memory that the platform held since it was asked last, in MB. */
async function platformPeak(): Promise<number> {
  const status = `/proc/${platform.child.pid}/status`;
  const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(await readFile(status, 'utf8'))![1]) / 1024;
  await writeFile(`/proc/${platform.child.pid}/clear_refs`, '5');
  return peak;
}
