import { randomUUID } from 'node:crypto';
import { cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { stringify } from 'yaml';

const services = resolve(import.meta.dirname, '../../../../../e2e/services');

type ServiceName =
  | 'chatty'
  | 'copy'
  | 'endless'
  | 'exit-one'
  | 'gather'
  | 'holes'
  | 'moody'
  | 'no-output'
  | 'post'
  | 'sleepy'
  | 'workers';

export interface Step {
  readonly service: ServiceName;
  readonly options?: Readonly<Record<string, string | number | boolean | null>>;
  /** The step whose output it takes; the process's region without it. */
  readonly after?: number;
}

const outputTypes: Readonly<Record<ServiceName, string>> = {
  copy: 'GeoJSON',
  'exit-one': 'CSV',
  'no-output': 'CSV',
  endless: 'CSV',
  gather: 'CSV',
  holes: 'CSV',
  moody: 'CSV',
  post: 'CSV',
  sleepy: 'CSV',
  chatty: 'CSV',
  workers: 'GeoJSON',
};

export interface ChainOptions {
  /** Square kilometres: a larger region is cut. */
  readonly slicing?: number;
  /** Whether the first output of the last step is gathered from all slices. */
  readonly gather?: boolean;
  /** Further parts of every service.yaml. */
  readonly parts?: Readonly<Record<string, unknown>>;
}

interface Member extends Step {
  readonly ssdId: string;
  /** The steps whose outputs it takes, by input; the region where there is none. */
  readonly from: readonly number[];
}

/**
 * Writes a service for each step, with the programs of the end-to-end tests, the last of which makes a chain of them.
 * Where several steps are taken by no other, a last one is added that takes them all, since a chain is connected.
 * @returns the id of the service that a process is to run
 */
export async function writeChain(
  folder: string,
  steps: readonly Step[],
  price: string,
  { slicing, gather, parts = {} }: ChainOptions = {},
): Promise<string> {
  const members: Member[] = steps.map((step) => ({
    ...step,
    ssdId: randomUUID(),
    from: step.after === undefined ? [] : [step.after],
  }));
  const leaves = members.flatMap((_, index) =>
    members.some(({ from }) => from.includes(index)) ? [] : [index],
  );
  if (leaves.length > 1) members.push({ service: 'copy', ssdId: randomUUID(), from: leaves });
  const serviceId = randomUUID();
  const gatherer = randomUUID();
  if (gather) {
    await writeService(
      folder,
      { service: 'gather', ssdId: gatherer, from: [] },
      {
        inputs: [{ number: 1, file_type: outputTypes[members.at(-1)!.service] }],
        published: false,
        charge_expression_platform: '0.5',
      },
    );
  }
  for (const [index, member] of members.entries()) {
    const last = index === members.length - 1;
    const inputTypes =
      member.from.length === 0 ? ['GeoJSON'] : member.from.map((at) => outputTypes[members[at]!.service]);
    await writeService(folder, member, {
      id: last ? serviceId : randomUUID(),
      inputs: inputTypes.map((file_type, at) => ({ number: at + 1, file_type })),
      definition: last ? edgesOf(members) : [],
      charge_expression_platform: last ? price : null,
      ...parts,
      ...(last && slicing ? { slicing: { maximum_area_km2: slicing } } : {}),
      ...(last && gather
        ? { group_aggregators: [{ aggregator_ssd_id: gatherer, output_ssd_id: member.ssdId, outputs: [1] }] }
        : {}),
    });
  }
  return serviceId;
}

function edgesOf(members: readonly Member[]): object[] {
  return members.flatMap(({ ssdId }, index) => {
    const linkages = members.flatMap((other) =>
      other.from.flatMap((at, input) => (at === index ? [{ ssd_id: other.ssdId, input: input + 1 }] : [])),
    );
    return linkages.length > 0 ? [{ ssd_id: ssdId, output: 1, linkages }] : [];
  });
}

/** Writes a dispatcher. @returns its SSD */
export async function writeDispatcher(
  folder: string,
  parts: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const ssdId = randomUUID();
  await writeService(
    folder,
    { service: 'post', ssdId, from: [] },
    {
      dispatcher: true,
      outputs: [],
      options: [
        { name: 'secret_key', data_type: 'string', value: null, required: true },
        { name: 'transient', data_type: 'numeric', value: null },
      ],
      ...parts,
    },
  );
  return ssdId;
}

async function writeService(
  parent: string,
  { service, ssdId, options = {} }: Member,
  parts: Record<string, unknown>,
): Promise<void> {
  const folder = join(parent, ssdId);
  const unfinished = join(parent, '..', ssdId);
  await mkdir(unfinished);
  await cp(join(services, service, 'main.mjs'), join(unfinished, 'main.mjs'));
  const description = {
    name: service,
    ssd_id: ssdId,
    version: 1,
    command: ['node', 'main.mjs'],
    outputs: [{ number: 1, name: 'Result', file_type: outputTypes[service] }],
    options: Object.entries(options).map(([name, value]) => ({
      name,
      data_type: typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'numeric',
      value,
    })),
    resources: { cpu: 1, memory_mb: 256, storage_gb: 1 },
    ...parts,
  };
  await writeFile(join(unfinished, 'service.yaml'), stringify(description));
  await rename(unfinished, folder);
}
