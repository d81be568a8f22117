import type { Job, JobInput, ObjectReference } from '../../../runtimes/index.ts';
import { earlierDigest } from '../../records/index.ts';
import type { Work } from '../../component/index.ts';
import type { Manifest } from '../../../catalogue/index.ts';
import type { Context } from '../../context.ts';
import { dispatchJob } from './dispatch.ts';
import type { DispatchJob } from './dispatch.ts';
import { buildJob, distinctNames, inputFolder } from './build-job.ts';
import type { JobFile } from './build-job.ts';
import { hasNetwork } from '../manifest-cache.ts';

/** What the runtime is asked to run. */
export async function jobOf(
  context: Pick<Context, 'database' | 'objects' | 'data' | 'settings'>,
  work: Work,
  manifest: Manifest,
): Promise<Job> {
  const { component, execution, attempt } = work;
  const { region, dispatch, storage, inputs } = await gatherGiven(context, work);
  const placed = await Promise.all(
    inputs.map(async ({ number, files }) => ({ number, files: await placeInput(context, number, files) })),
  );
  const program = programOf(context, work, manifest);
  const files = new Map(placed.map(({ number, files: list }) => [number, list.map(({ file }) => file)]));
  return {
    attemptId: attempt.id,
    ids: {
      organisationId: execution.organisation_id,
      processId: execution.process_id,
      executionId: execution.id,
      componentId: component.id,
      groupId: execution.group_id,
    },
    service: {
      id: component.service_id,
      ssdId: component.ssd_id,
      name: manifest.name,
      version: manifest.version,
    },
    ...program,
    ...(program.program.kind === 'image' && {
      program: { ...program.program, digest: (await earlierDigest(context, work)) ?? program.program.digest },
    }),
    document: {
      ...buildJob({ ...work, attempt: attempt.number, service: manifest, region, files, dispatch }),
    },
    inputs: placed.flatMap(({ files: list }) => list.map(({ input }) => input)),
    inputNumbers: inputs.map(({ number }) => number),
    outputs: component.job_outputs.map(({ number, file_type }) => ({ number, fileType: file_type })),
    storage: storage ? await referenceOf(context, storage) : null,
  };
}

/** What runs, and with what, which is the same for all components of a service. */
export function programOf(
  { settings }: Pick<Context, 'settings'>,
  { component, execution }: Pick<Work, 'component' | 'execution'>,
  manifest: Manifest,
): Pick<Job, 'program' | 'environment' | 'resources' | 'network' | 'sharedCache'> {
  const { urls, cidrs, ssdId } = manifest;
  const environment = Object.fromEntries(
    manifest.environment.flatMap((variable) => {
      // What came from a user of the platform gets nothing of its environment.
      const given = manifest.source === 'published' ? undefined : settings.environment[variable.name];
      const value = given ?? variable.default;
      return value === null ? [] : [[variable.name, value]];
    }),
  );
  return {
    program: programFor(manifest),
    environment,
    resources: {
      cpu: component.cpu,
      gpu: 0,
      memoryMb: component.memory,
      storageGb: component.storage,
      timeoutSeconds: manifest.resources.timeoutSeconds ?? null,
    },
    network: hasNetwork(manifest) ? { kind: 'restricted', urls, cidrs } : { kind: 'none' },
    // No other service and no other organisation uses the same one: what is in it is taken for what the archive sent,
    // and a component that can write to it could forge that.
    sharedCache:
      settings.blockCacheMegabytes > 0 && urls.length > 0
        ? { name: `${execution.organisation_id}/${ssdId}`, megabytes: settings.blockCacheMegabytes }
        : null,
  };
}

function programFor({
  image,
  imageDigest = null,
  command,
}: Pick<Manifest, 'image' | 'imageDigest' | 'command'>): Job['program'] {
  // Descriptions that were stored before services could name an image may have none.
  if (image) return { kind: 'image', image, digest: imageDigest, command };
  return { kind: 'command', command: command ?? [] };
}

/** What the database tells of what a component is given. */
interface Given {
  readonly region: unknown;
  readonly dispatch: DispatchJob | undefined;
  readonly storage: InputFile | undefined;
  readonly inputs: readonly { readonly number: number; readonly files: readonly InputFile[] }[];
}

type InputFile = Awaited<ReturnType<Context['data']['filesForJob']>>[number];

async function gatherGiven(context: Pick<Context, 'database' | 'data'>, work: Work): Promise<Given> {
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

/** The region is that of the process's first vector input, or a slice of it, for all components alike. */
async function regionOf(
  { data, database }: Pick<Context, 'database' | 'data'>,
  { execution }: Pick<Work, 'execution'>,
): Promise<unknown> {
  return execution.region_data_id === null
    ? null
    : await data.regionOf(database.queries, execution.region_data_id);
}

async function referenceOf({ objects }: Pick<Context, 'objects'>, file: InputFile): Promise<ObjectReference> {
  return { key: file.objectKey, size: file.size ?? (await objects.size(file.objectKey)), sha256: null };
}

async function placeInput(
  context: Pick<Context, 'objects'>,
  number: number,
  files: readonly InputFile[],
): Promise<{ readonly file: JobFile; readonly input: JobInput }[]> {
  const names = distinctNames(files.map(({ name }) => name));
  return await Promise.all(
    files.map(async (file, index) => {
      const name = names[index]!;
      const path = `${inputFolder(number)}/${name}`;
      const object = await referenceOf(context, file);
      const { fileType, crs } = file;
      return { file: { path, name, file_type: fileType, size: object.size, crs }, input: { path, object } };
    }),
  );
}
