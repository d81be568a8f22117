import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

/** Copies input 1 to output 1 as services with libraries of their own do: in worker threads and child processes. */
if (isMainThread) {
  const job = JSON.parse(readFileSync('job.json', 'utf8'));
  // There is nothing to read, and it ends.
  const typed = readFileSync(0, 'utf8');
  mkdirSync('outputs/1', { recursive: true });
  const files = await Promise.all(
    job.inputs[0].files.map(
      (file) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: file.path });
          worker.once('message', (text) => resolve({ name: file.name, text }));
          worker.once('error', reject);
          worker.once('exit', (code) => reject(new Error(`a worker ended with ${code} without a word`)));
        }),
    ),
  );
  for (const { name, text } of files) {
    writeFileSync(`outputs/1/${name}`, text);
    console.log(`Copied ${name} by a worker and its child, after ${typed.length} characters of input`);
  }
} else {
  const child = spawnSync(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], {
    input: readFileSync(workerData),
  });
  if (child.status !== 0)
    throw new Error(`the child process ended with ${child.status}: ${String(child.stderr)}`);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
  parentPort.postMessage(child.stdout.toString('utf8'));
}
