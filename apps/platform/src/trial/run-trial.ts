import { constants, createReadStream } from 'node:fs';
import { copyFile, cp, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

import type { TrialOutput } from '@fusion-platform/contract/service-file';

import { readManifest, ServiceFileError } from '../catalogue/index.ts';
import type { Manifest } from '../catalogue/index.ts';
import { decide } from '../executions/index.ts';
import { createProcessRuntime } from '../runtimes/index.ts';
import type { AttemptHandle, Collected, Observation, Runtime, StagingObjects } from '../runtimes/index.ts';
import { jobOfTrial } from './job-of-trial.ts';
import { readInputs } from './read-inputs.ts';
import { TrialRefusal } from './request.ts';
import type { Tell, TrialRequest } from './request.ts';

/** How long what is said may wait to be shown. */
const lookMilliseconds = 100;

/**
 * Runs a service once on this machine, without a platform: the same analysis of its inputs, the same judgement of its
 * options, the same runtime, sandbox and folders, and the same judgement of its end.
 * @param prepare makes the packages of services found from its folder
 * @throws TrialRefusal when it cannot be run so
 */
export async function runTrial(
  request: TrialRequest,
  surroundings: {
    readonly readOnly: readonly string[];
    readonly prepare: (folder: string) => Promise<void>;
    readonly tell: Tell;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { tell, signal, readOnly, prepare } = surroundings;
  const folder = await copyService(request);
  const manifest = await manifestOf(request, folder);
  const inputs = await readInputs(manifest, request, signal);
  const { job, outputs } = jobOfTrial(manifest, request, inputs);
  await prepare(folder);
  const runtime = createProcessRuntime({
    stateFolder: join(request.work, 'runtime'),
    attemptsFolder: join(request.work, 'attempts'),
    nodeId: 'trial',
    objects: filesAsObjects,
    serviceFolder: async () => folder,
    readOnly,
    idleMilliseconds: 500,
  });
  try {
    const { isolation, warnings } = await runtime.describe({ signal });
    tell({
      event: 'runs',
      isolation,
      warnings,
      options: job.document['options'] as Record<string, unknown>,
      inputs: inputs.flatMap(({ number, files }) =>
        files.map(({ name, analysis }) => ({ number, file: name, crs: analysis.crs })),
      ),
    });
    const handle = await runtime.submit(job, { signal });
    const { last, logTail } = await follow(runtime, handle, tell, signal);
    const collected = await runtime.collect(handle, {
      outputPrefix: join(request.work, 'made'),
      storageKey: join(request.work, 'storage.tar.gz'),
    });
    const made = await keep(request, outputs, collected);
    await keepJob(request, job.document);
    const ending = endingOf(manifest, outputs, { last, logTail, collected, stopped: signal.aborted });
    if (ending === null && collected.storage)
      await rename(collected.storage.object.key, join(request.to, 'storage.tar.gz'));
    tell({
      event: 'ended',
      succeeded: ending === null,
      exit_type: ending?.exitType ?? null,
      reason: ending?.reason ?? collected.outcome.abortReason,
      exit_code: last.exitCode,
      seconds: secondsOf(last),
      peak_memory_bytes: last.usage.peakMemoryBytes,
      cpu_seconds: last.usage.cpuSeconds,
      outputs: made,
      warnings: collected.warnings,
    });
    await runtime.forget(handle);
    return ending === null;
  } finally {
    await runtime.close();
  }
}

/** What of the folder would be published, at a place of its own: what is missing there is missed now. */
async function copyService({ folder, files, work }: TrialRequest): Promise<string> {
  const copy = join(work, 'service');
  for (const path of files) await cp(join(folder, path), join(copy, path));
  return copy;
}

async function manifestOf(request: TrialRequest, folder: string): Promise<Manifest> {
  const path = join(request.folder, 'service.yaml');
  try {
    const manifest = readManifest(path, folder, await readFile(path, 'utf8'));
    if (manifest.image !== null)
      throw new TrialRefusal(
        `"${manifest.name}" runs an image, and a trial runs commands: start the image with the folder of a job, or publish it`,
      );
    if (manifest.dispatcher)
      throw new TrialRefusal(`"${manifest.name}" is a dispatcher, and a trial has nothing to send`);
    return manifest;
  } catch (error) {
    if (!(error instanceof ServiceFileError)) throw error;
    throw new TrialRefusal(
      `${path} describes no service`,
      error.faults.flatMap(({ problems }) => problems),
    );
  }
}

/** Passes on what the service says until it has ended. */
async function follow(
  runtime: Runtime,
  handle: AttemptHandle,
  tell: Tell,
  signal: AbortSignal,
): Promise<{ readonly last: Observation; readonly logTail: string | null }> {
  let cursor: string | null = null;
  let said = '';
  const tails: Record<string, string> = {};
  let cancelled = false;
  for (;;) {
    if (signal.aborted && !cancelled) {
      cancelled = true;
      await runtime.cancel(handle);
    }
    const [seen] = await runtime.observe([{ handle, cursor }]);
    const last: Observation = seen!;
    ({ cursor } = last);
    for (const { loggedAt, stream, message } of last.logs) {
      if (message.trim() !== '') tails[stream] = message;
      tell({ event: 'log', at: loggedAt, stream, message });
    }
    const status = JSON.stringify(last.status);
    if (last.status && status !== said) tell({ event: 'status', ...last.status });
    said = status;
    if ((last.state === 'ended' || last.state === 'gone') && !last.more) {
      return { last, logTail: tails['stderr'] ?? tails['stdout'] ?? null };
    }
    if (!last.more) await pause(lookMilliseconds);
  }
}

/** Moves what it made to where the user finds it: `outputs/N/NAME`. */
async function keep(
  { to }: TrialRequest,
  outputs: Manifest['outputs'],
  collected: Collected,
): Promise<TrialOutput[]> {
  await rm(join(to, 'outputs'), { recursive: true, force: true });
  await mkdir(join(to, 'outputs'), { recursive: true });
  const made: TrialOutput[] = [];
  for (const { number, name } of outputs) {
    for (const { name: file, fileType, object } of collected.outputs.get(number) ?? []) {
      const path = join(to, 'outputs', String(number), file);
      await mkdir(dirname(path), { recursive: true });
      await moveFile(object.key, path);
      const { size, sha256 } = object;
      made.push({ number, name, file, path, file_type: fileType, size, sha256 });
    }
  }
  return made;
}

async function keepJob({ to }: TrialRequest, document: object): Promise<void> {
  await writeFile(join(to, 'job.json'), `${JSON.stringify(document, null, 2)}\n`);
}

/** The folder of the user may be of another file system. */
async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await rm(from);
  });
}

interface End {
  readonly last: Observation;
  readonly logTail: string | null;
  readonly collected: Collected;
  readonly stopped: boolean;
}

/** Why it failed, in a platform's words; null when it succeeded. */
function endingOf(
  { resources }: Manifest,
  outputs: Manifest['outputs'],
  { last, logTail, collected, stopped }: End,
): { readonly exitType: string; readonly reason: string } | null {
  const decision = decide({
    attempt: last,
    earlier: { lost: 0, out_of_memory: 0, transient: 0 },
    retries: { lost: 0, out_of_memory: 0, transient: 0 },
    mostMemoryMb: resources.memoryMb,
    delaySeconds: 0,
    halt: stopped ? 'stop' : null,
    runtime: 'process',
    inputs: [],
    resources,
    outcome: collected.outcome,
    missing: outputs
      .filter(({ number, optional }) => !optional && !collected.outputs.has(number))
      .map(({ number, name }) => `output ${number} (${name})`),
    logTail,
  });
  return 'exitType' in decision ? { exitType: decision.exitType, reason: decision.reason } : null;
}

function secondsOf({ startedAt, endedAt }: Observation): number | null {
  if (startedAt === null || endedAt === null) return null;
  return Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 10) / 100;
}

/** Keys are paths: there is no store in a trial. */
const filesAsObjects: StagingObjects = {
  place: async (key, path, { readOnly }) => {
    // The very file is shown where nobody can write to it, unless it is on another file system.
    if (readOnly && (await link(key, path).then(always, never))) return;
    await copyFile(key, path, constants.COPYFILE_FICLONE);
  },
  store: async (key, path, { signal }) => {
    await copyFile(path, key, constants.COPYFILE_FICLONE);
    const hash = createHash('sha256');
    await pipeline(createReadStream(key), hash, ...(signal ? [{ signal }] : []));
    return { size: (await stat(key)).size, sha256: hash.digest('hex') };
  },
};

const always = (): boolean => true;
const never = (): boolean => false;
