import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

import { GdalError } from './gdal-error.ts';
import type { Runner } from './runner.ts';
import type { WasmJob, WasmMessage } from './wasm-job.ts';

/** gdal3.js 2.8.1 is GDAL 3.8. */
export const wasmVersion = '3.8 (WebAssembly)';

const script = new URL(
  import.meta.url.endsWith('.ts') ? './wasm-worker.ts' : './wasm-worker.js',
  import.meta.url,
);

/** Runs one command in a worker of its own, which is gone when this returns. */
export const runWasm: Runner = async (command, { cwd, signal, onProgress }) => {
  const packageFile = createRequire(import.meta.url).resolve('gdal3.js/package.json');
  const job: WasmJob = {
    command,
    cwd: await realpath(cwd),
    library: new URL('.', `file://${packageFile}`).pathname,
  };
  signal?.throwIfAborted();
  const worker = new Worker(script, { workerData: job, stdout: true, stderr: true });
  const ended = once(worker, 'exit');
  let stderr = '';
  let succeeded: boolean | null = null;
  worker.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  worker.stdout.resume();
  worker.on('message', (message: WasmMessage) => {
    switch (message.kind) {
      case 'progress':
        return onProgress(message.fraction);
      case 'error':
        stderr += `${message.line}\n`;
        return undefined;
      case 'end':
        succeeded = message.success;
        return undefined;
    }
  });
  const abort = (): void => void worker.terminate();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await ended;
  } catch (cause) {
    throw new GdalError('crashed', command, stderr, { cause });
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
  signal?.throwIfAborted();
  if (succeeded === null) throw new GdalError('crashed', command, stderr);
  if (!succeeded) throw new GdalError('failed', command, stderr);
};
