import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

import type { flow } from '../../e2e/support/flow.ts';

type Analyst = ReturnType<typeof flow>;

async function timed(...args: string[]): Promise<number> {
  const started = performance.now();
  await promisify(execFile)('curl', ['--disable', '--silent', '--show-error', '--fail', ...args]);
  return (performance.now() - started) / 1000;
}

/** Uploads a file to a new data item, and gives its id and the seconds of curl alone. */
export async function curlUp(analyst: Analyst, path: string): Promise<{ seconds: number; data: string }> {
  const data = randomUUID();
  await analyst.must('POST', '/data', { 'Data[id]': data, 'Data[name]': 'By curl' });
  const { extras } = (await analyst.must('POST', `/data/${data}/add_file`, {
    Data: { name: 'sent.bin', file_type: 'Other' },
  })) as { extras: { url: string } };
  // Without it curl asks first whether it may send.
  const seconds = await timed(
    '--header',
    'Expect:',
    '--output',
    '/dev/null',
    '--upload-file',
    path,
    extras.url,
  );
  return { seconds, data };
}

/** Downloads the file of a data item. */
export async function curlDown(analyst: Analyst, data: string, path: string): Promise<{ seconds: number }> {
  const [file] = await analyst.list(`/data/${data}/files`);
  const { extras } = (await analyst.must('GET', `/data/${data}/download_file/${String(file!['id'])}`)) as {
    extras: { url: string };
  };
  return { seconds: await timed('--location', '--output', path, extras.url) };
}
