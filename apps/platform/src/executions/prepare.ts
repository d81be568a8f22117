import {
  chmodSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { AttemptSpec } from '../runtimes/index.ts';
import type { Work } from './component.ts';
import type { Context, EngineManifest } from './context.ts';
import { dispatchJob } from './dispatch.ts';
import type { DispatchJob } from './dispatch.ts';
import { buildJob, distinctNames, inputFolder, outputFolder } from './job.ts';
import type { Job, JobFile } from './job.ts';
import { hasNetwork } from './manifest-cache.ts';
import { restoreStorage } from './storage.ts';

const jobFile = 'job.json';

/**
 * Lays out the folder of an attempt: job.json, inputs, and empty outputs, scratch and storage. It is complete once
 * job.json is there, and never touched again then: the attempt may have been started in it.
 */
export async function layOut(context: Context, work: Work, manifest: EngineManifest): Promise<void> {
  const { folder, number: attempt } = work.attempt;
  const path = join(folder, jobFile);
  if (existsSync(path)) return;
  makeFolders(context, work, manifest);
  const { region, dispatch, storage, inputs } = await gatherGiven(context, work);
  if (storage) await restoreStorage(context, storage.objectKey, join(folder, 'storage'));
  const files = new Map<number, readonly JobFile[]>();
  for (const { number, files: list } of inputs)
    files.set(number, await placeInput(context, folder, number, list));
  const job: Job = buildJob({ ...work, attempt, service: manifest, region, files, dispatch });
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, `${JSON.stringify(job, null, 2)}\n`);
  if (!context.sandboxed) chmodSync(unfinished, 0o444);
  renameSync(unfinished, path);
}

/** What the database tells of what a component is given. */
interface Given {
  readonly region: unknown;
  readonly dispatch: DispatchJob | undefined;
  readonly storage: InputFile | undefined;
  readonly inputs: readonly { readonly number: number; readonly files: readonly InputFile[] }[];
}

type InputFile = Awaited<ReturnType<Context['data']['filesForJob']>>[number];

async function gatherGiven(context: Context, work: Work): Promise<Given> {
  const { data, database } = context;
  const { job_inputs: inputs, storage_id: storageId } = work.component;
  const filesOf = async (dataId: string, fileType?: string) =>
    await data.filesForJob(database.queries, dataId, fileType);
  const [region, dispatch, storage, placed] = await Promise.all([
    regionOf(context, work),
    dispatchJob(context, work),
    storageId === null ? [] : filesOf(storageId),
    Promise.all(
      inputs.map(async ({ number, data_id, data_ids, file_type }) => {
        const ids = data_ids ?? (data_id === null ? [] : [data_id]);
        const files = await Promise.all(ids.map(async (dataId) => await filesOf(dataId, file_type)));
        return { number, files: files.flat() };
      }),
    ),
  ]);
  return { region, dispatch, storage: storage[0], inputs: placed };
}

function makeFolders(context: Context, work: Work, manifest: EngineManifest): void {
  const { folder } = work.attempt;
  const cache = blockCacheFor(context, work, manifest);
  const { job_inputs: inputs, job_outputs: outputs } = work.component;
  const folders = [
    'scratch',
    'storage',
    ...inputs.map(({ number }) => inputFolder(number)),
    ...outputs.map(({ number }) => outputFolder(number)),
    // For those without any.
    'inputs',
    'outputs',
  ];
  for (const path of [...folders.map((name) => join(folder, name)), ...(cache === null ? [] : [cache])])
    mkdirSync(path, { recursive: true });
}

/** The region is that of the process's first vector input, or a slice of it, for all components alike. */
async function regionOf(
  { data, database }: Context,
  { execution }: Pick<Work, 'execution'>,
): Promise<unknown> {
  return execution.region_data_id === null
    ? null
    : await data.regionOf(database.queries, execution.region_data_id);
}

async function placeInput(
  { objects, sandboxed }: Context,
  folder: string,
  number: number,
  files: readonly InputFile[],
): Promise<JobFile[]> {
  const names = distinctNames(files.map(({ name }) => name));
  const placed: JobFile[] = [];
  for (const [index, file] of files.entries()) {
    const name = names[index]!;
    const path = `${inputFolder(number)}/${name}`;
    const target = join(folder, path);
    const source = objects.localPath(file.objectKey);
    // In a sandbox inputs cannot be written to, so the very bytes of the store may be shown; elsewhere only a copy may.
    if (!sandboxed || !linked(source, target)) {
      await rm(target, { force: true });
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, 0o444);
    }
    placed.push({
      path,
      name,
      file_type: file.fileType,
      size: file.size ?? statSync(target).size,
      crs: file.crs,
    });
  }
  return placed;
}

function linked(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // From a try that was cut off.
    if (code === 'EEXIST') {
      rmSync(target, { force: true });
      return linked(source, target);
    }
    if (code === 'EXDEV' || code === 'EPERM' || code === 'EMLINK' || code === 'ENOTSUP') return false;
    throw error;
  }
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
export function attemptSpec(context: Context, work: Work, manifest: EngineManifest): AttemptSpec {
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
    network: hasNetwork(manifest),
  };
}
