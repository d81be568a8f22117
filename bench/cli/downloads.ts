import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { logIn, until } from '../../e2e/support/api.ts';
import { flow } from '../../e2e/support/flow.ts';
import type { Flow } from '../../e2e/support/flow.ts';
import { email, password } from '../../e2e/support/platform.ts';
import { makeReady } from '../make-ready.ts';
import { spreadOf, told as tellSpread } from '../statistics.ts';

/** `FUSION_BENCH_BYTES=2e8 FUSION_BENCH_FILES=100` is quick. */
const largeBytes = Number(process.env['FUSION_BENCH_BYTES'] ?? 2e9);
/** 1,000 at most: a page of the list. */
const smallFiles = Number(process.env['FUSION_BENCH_FILES'] ?? 1000);
const rounds = Number(process.env['FUSION_BENCH_ROUNDS'] ?? 3);
const smallBytes = 4096;
/** As the command does. */
const sideBySide = 4;
const leastOfCurl = 0.9;

const run = promisify(execFile);

interface Bench {
  readonly url: string;
  readonly folder: string;
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Downloads one large file and many small ones by the command, by curl, and by curl with a checksum after it, in turns, and
 * prints the rates. The command asks for the address and the checksum of each file, logs in from what is kept, and checks
 * what came; curl is given the addresses and does none of that. The checksum is by `openssl`: `sha256sum` takes four times as
 * long.
 * @returns whether the large file comes at 0.9 of curl's rate or more
 */
export async function compareDownloads(bench: Bench): Promise<boolean> {
  const analyst = flow(bench.url, await logIn(bench.url, email, password));
  const large = await compare(bench, analyst, { name: 'Large', files: 1, bytes: largeBytes });
  await compare(bench, analyst, { name: 'Small', files: smallFiles, bytes: smallBytes });
  console.log(`${large >= leastOfCurl ? 'met' : 'MISSED'}  the large file at ${leastOfCurl} of curl's rate`);
  return large >= leastOfCurl;
}

interface Wanted {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

async function compare(
  { folder, command, env }: Bench,
  analyst: Flow,
  { name, files, bytes }: Wanted,
): Promise<number> {
  const data = await upload(analyst, folder, { name, files, bytes });
  const to = join(folder, 'received');
  const config = join(folder, 'curl.txt');
  const curl = `curl --disable -sS --fail -L --parallel --parallel-max ${sideBySide} -K "$1"`;
  const programs = {
    command: [process.execPath, [command, 'data', 'download', data, '--to', to, '--quiet']],
    curl: ['sh', ['-c', curl, 'sh', config, to]],
    checked: ['sh', ['-c', `${curl} && find "$2" -type f -exec openssl dgst -sha256 {} +`, 'sh', config, to]],
  } as const;
  const names = ['command', 'curl', 'checked'] as const;
  const ratios = { curl: [] as number[], checked: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    await writeFile(config, await addresses(analyst, data, to));
    const seconds = { command: 0, curl: 0, checked: 0 };
    // In turns of who goes first.
    for (let turn = 0; turn < names.length; turn += 1) {
      const who = names[(round + turn) % names.length]!;
      const [program, args] = programs[who];
      seconds[who] = await timed(to, { files, bytes }, program, args, env);
    }
    ratios.curl.push(seconds.curl / seconds.command);
    ratios.checked.push(seconds.checked / seconds.command);
    console.log(
      `${name.padEnd(6)} ${files} × ${bytes} B: command ${told(seconds.command)}, curl ${told(seconds.curl)}, ` +
        `curl and a checksum ${told(seconds.checked)}`,
    );
  }
  function told(seconds: number): string {
    return `${seconds.toFixed(2)} s (${((files * bytes) / seconds / 1e6).toFixed(1)} MB/s, ${(files / seconds).toFixed(0)} files/s)`;
  }
  await analyst.must('DELETE', `/data/${data}`);
  const ofCurl = spreadOf(ratios.curl);
  console.log(
    `${name.padEnd(6)} ${tellSpread(ofCurl)} of curl's rate, ${tellSpread(spreadOf(ratios.checked))} of curl's with a checksum`,
  );
  return ofCurl.median;
}

async function timed(
  to: string,
  { files, bytes }: Omit<Wanted, 'name'>,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to);
  await makeReady(join(to, '..'), files * bytes);
  const began = performance.now();
  await run(program, args, { env, maxBuffer: 64_000_000 });
  const seconds = (performance.now() - began) / 1000;
  const came = (await readdir(to)).length;
  if (came !== files) throw new Error(`${program} fetched ${came} of ${files} files`);
  return seconds;
}

/** Files of random bytes of one data item. Gives its id. */
async function upload(analyst: Flow, folder: string, { name, files, bytes }: Wanted): Promise<string> {
  const data = randomUUID();
  await analyst.must('POST', '/data', { 'Data[id]': data, 'Data[name]': name });
  const path = join(folder, 'sent.bin');
  const numbers = Array.from({ length: files }, (_, number) => number).values();
  await writeRandom(path, bytes);
  const send = async (): Promise<void> => {
    for (const number of numbers) {
      const { extras } = (await analyst.must('POST', `/data/${data}/add_file`, {
        Data: { name: `${number}.bin`, file_type: 'Other' },
      })) as { extras: { url: string } };
      await run('curl', [
        '--disable',
        '-sS',
        '--fail',
        '-H',
        'Expect:',
        '-o',
        '/dev/null',
        '-T',
        path,
        extras.url,
      ]);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, send));
  await rm(path);
  await until('the analysis', 600, async () => {
    const value = await analyst.list(`/data/${data}/files?limit=${files}`);
    return {
      done: value.every((file) => file['size'] !== undefined && file['publishable'] !== undefined),
      value: [],
    };
  });
  return data;
}

async function writeRandom(path: string, bytes: number): Promise<void> {
  const piece = randomBytes(Math.min(bytes, 8_000_000));
  const file = await open(path, 'w');
  for (let left = bytes; left > 0; left -= piece.length) await file.writeFile(piece.subarray(0, left));
  await file.close();
}

/** The signed address of each file and where it goes, as curl reads it. */
async function addresses(analyst: Flow, data: string, to: string): Promise<string> {
  const lines: string[] = [];
  const files = await analyst.list(`/data/${data}/files?limit=1000`);
  for (const file of files) {
    const { extras } = (await analyst.must('GET', `/data/${data}/download_file/${String(file['id'])}`)) as {
      extras: { url: string };
    };
    lines.push(`url = "${extras.url}"\noutput = "${join(to, String(file['id']))}"\n`);
  }
  return lines.join('');
}
