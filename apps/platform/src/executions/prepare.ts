import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AttemptSpec } from '../runtimes/index.ts';
import type { Work } from './component.ts';
import type { Context, EngineManifest } from './context.ts';
import { dispatchJob } from './dispatch.ts';
import { buildJob, distinctNames, inputFolder, outputFolder } from './job.ts';
import type { Job, JobFile } from './job.ts';
import { restoreStorage } from './storage.ts';

const jobFile = 'job.json';

/**
 * Lays out the folder of an attempt: job.json, inputs, and empty outputs, scratch and storage. It is complete once
 * job.json has a content, and never touched again then: the attempt may have been started in it.
 */
export async function layOut(context: Context, work: Work, manifest: EngineManifest): Promise<void> {
  const { folder } = work.attempt;
  const laid = await sizeOf(join(folder, jobFile));
  if (laid !== null && laid > 0) return;
  const [region, dispatch] = await Promise.all([
    regionOf(context, work),
    dispatchJob(context, work),
    laid === null ? layOutAhead(context, work, manifest) : undefined,
  ]);
  const { job_inputs: inputs, storage_id: storageId } = work.component;
  await restoreStorage(context, storageId, join(folder, 'storage'));
  const files = new Map<number, readonly JobFile[]>();
  for (const input of inputs) {
    const ids = input.data_ids ?? (input.data_id === null ? [] : [input.data_id]);
    files.set(input.number, await placeInput(context, folder, input, ids));
  }
  const job: Job = buildJob({
    ...work,
    attempt: work.attempt.number,
    service: manifest,
    region,
    files,
    dispatch,
  });
  // Into the file that is there: a sandbox that stands ready shows that one.
  await writeFile(join(folder, jobFile), `${JSON.stringify(job, null, 2)}\n`);
  if (!context.sandboxed) await chmod(join(folder, jobFile), 0o444);
}

/** A component with an attempt that may be one to come. */
export type Standing = Pick<Work, 'component' | 'execution'> & {
  readonly attempt: Pick<Work['attempt'], 'id' | 'folder'>;
};

/** What of the folder can be laid out before the component can begin: all but the files. Harmless when repeated. */
export async function layOutAhead(context: Context, work: Standing, manifest: EngineManifest): Promise<void> {
  const { folder } = work.attempt;
  const cache = blockCacheFor(context, work, manifest);
  const { job_inputs: inputs, job_outputs: outputs } = work.component;
  const folders = [
    'inputs',
    'outputs',
    'scratch',
    'storage',
    ...inputs.map(({ number }) => inputFolder(number)),
    ...outputs.map(({ number }) => outputFolder(number)),
  ];
  // Side by side: one after the other these few steps took 10 ms.
  await Promise.all([
    ...folders.map(async (name) => await mkdir(join(folder, name), { recursive: true })),
    ...(cache === null ? [] : [mkdir(cache, { recursive: true })]),
  ]);
  await writeFile(join(folder, jobFile), '', { flag: 'a', mode: 0o644 });
}

/** The region is that of the process's first vector input, or a slice of it, for all components alike. */
async function regionOf({ data, database }: Context, { execution }: Work): Promise<unknown> {
  return execution.region_data_id === null
    ? null
    : await data.regionOf(database.queries, execution.region_data_id);
}

async function placeInput(
  { data, database, objects, sandboxed }: Context,
  folder: string,
  { number, file_type }: { readonly number: number; readonly file_type: string },
  dataIds: readonly string[],
): Promise<JobFile[]> {
  const files = [];
  for (const dataId of dataIds) files.push(...(await data.filesForJob(database.queries, dataId, file_type)));
  const names = distinctNames(files.map(({ name }) => name));
  const placed: JobFile[] = [];
  for (const [index, file] of files.entries()) {
    const name = names[index]!;
    const path = `${inputFolder(number)}/${name}`;
    const target = join(folder, path);
    const source = objects.localPath(file.objectKey);
    // In a sandbox inputs cannot be written to, so the very bytes of the store may be shown; elsewhere only a copy may.
    if (!sandboxed || !(await linked(source, target))) {
      await rm(target, { force: true });
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, 0o444);
    }
    placed.push({
      path,
      name,
      file_type: file.fileType,
      size: file.size ?? (await stat(target)).size,
      crs: file.crs,
    });
  }
  return placed;
}

async function linked(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // From a try that was cut off.
    if (code === 'EEXIST') {
      await rm(target, { force: true });
      return await linked(source, target);
    }
    if (code === 'EXDEV' || code === 'EPERM' || code === 'EMLINK' || code === 'ENOTSUP') return false;
    throw error;
  }
}

/** In bytes; null for a file that is not there. */
async function sizeOf(path: string): Promise<number | null> {
  return await stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
}

/**
 * Where the components of a service keep parts of remote files for each other. No other service and no other organisation
 * uses the same folder: what is in it is believed to be what the archive sent, and whoever writes to it could forge that.
 */
function blockCacheFor(
  { settings: { blockCache } }: Context,
  { execution }: Pick<Work, 'execution'>,
  manifest: EngineManifest,
): string | null {
  if (blockCache === undefined || manifest.urls.length === 0) return null;
  return join(blockCache.folder, execution.organisation_id, manifest.ssdId);
}

/** What the runtime is asked to run. */
export function attemptSpec(context: Context, work: Standing, manifest: EngineManifest): AttemptSpec {
  const { settings } = context;
  const { attempt, component } = work;
  const cache = blockCacheFor(context, work, manifest);
  const environment = Object.fromEntries(
    manifest.environment.flatMap((variable) => {
      const value = settings.environment[variable.name] ?? variable.default;
      return value === null ? [] : [[variable.name, value]];
    }),
  );
  return {
    attemptId: attempt.id,
    folder: attempt.folder,
    serviceFolder: manifest.folder,
    readOnly: settings.readOnly,
    ...(cache === null ? {} : { shared: [cache] }),
    command: manifest.command,
    environment:
      cache === null
        ? environment
        : {
            ...environment,
            FUSION_BLOCK_CACHE: cache,
            FUSION_BLOCK_CACHE_MB: String(settings.blockCache?.megabytes),
          },
    resources: { cpu: component.cpu, memoryMb: component.memory, storageGb: component.storage },
    network: manifest.urls.length > 0 || manifest.cidrs.length > 0,
  };
}
