import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

import type { flow } from '../../e2e/support/flow.ts';

type Analyst = ReturnType<typeof flow>;

/** In seconds: by the clock, and of a processor. */
export interface Took {
  readonly seconds: number;
  readonly processor: number;
}

async function timed(...args: string[]): Promise<Took> {
  const started = performance.now();
  const curl = ['curl', '--disable', '--silent', '--show-error', '--fail', ...args];
  // The shell tells what its programs took.
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', '"$@"; times', 'sh', ...curl]);
  const seconds = (performance.now() - started) / 1000;
  const times = [
    ...stdout
      .trim()
      .split('\n')
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
  ];
  return { seconds, processor: times.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0) };
}

/** Uploads a file to a new data item, and gives its id and what curl alone took. */
export async function curlUp(
  analyst: Analyst,
  path: string,
  ready: () => Promise<void>,
): Promise<Took & { readonly data: string }> {
  const data = randomUUID();
  await analyst.must('POST', '/data', { 'Data[id]': data, 'Data[name]': 'By curl' });
  const { extras } = (await analyst.must('POST', `/data/${data}/add_file`, {
    Data: { name: 'sent.bin', file_type: 'Other' },
  })) as { extras: { url: string } };
  await ready();
  // Without it curl asks first whether it may send.
  const took = await timed('--header', 'Expect:', '--output', '/dev/null', '--upload-file', path, extras.url);
  // What the platform then finds out about the file is to hold up nobody.
  await analyst.analysed(data);
  return { ...took, data };
}

/** Downloads the file of a data item. */
export async function curlDown(
  analyst: Analyst,
  data: string,
  path: string,
  ready: () => Promise<void>,
): Promise<Took> {
  const [file] = await analyst.list(`/data/${data}/files`);
  const { extras } = (await analyst.must('GET', `/data/${data}/download_file/${String(file!['id'])}`)) as {
    extras: { url: string };
  };
  await ready();
  return await timed('--location', '--output', path, extras.url);
}
