import { randomUUID } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { stringify } from 'yaml';

import { openTestPlatform } from '../../testing/test-platform.ts';
import type { TestPlatform } from '../../testing/test-platform.ts';
import type { ProcessFields, ProcessValue } from '../context.ts';

const ssdId = randomUUID();
const serviceId = randomUUID();

/** A platform with the service `Scenes`, an analysed region, and short ways to make processes of them. */
export interface TestProcesses {
  readonly platform: TestPlatform;
  /** The data item of the region. */
  readonly region: string;
  /** Writes the description of the service again, with other parts, and has it read. */
  readonly describeService: (parts: Readonly<Record<string, unknown>>) => Promise<void>;
  /** The fields of a create: the template, with data and values chosen. */
  readonly fields: (
    values?: Readonly<Record<string, string | null>>,
    data?: string,
  ) => Promise<ProcessFields>;
  readonly create: (wanted: ProcessFields) => Promise<ProcessValue>;
  /** Uploads a file, and waits for its analysis. */
  readonly upload: (name: string, content: string, fileType: string) => Promise<string>;
}

export async function openTestProcesses(): Promise<TestProcesses> {
  const platform = await openTestPlatform();
  const { processes, catalogue, organisation, user } = platform;
  const services = join(platform.folder, 'services');
  const folder = join(services, 'scenes');
  await mkdir(folder);
  const program = resolve(import.meta.dirname, '../../../../../e2e/services/copy/main.mjs');
  await cp(program, join(folder, 'main.mjs'));
  const describeService: TestProcesses['describeService'] = async (parts) => {
    await writeFile(join(folder, 'service.yaml'), stringify({ ...description, ...parts }));
    await catalogue.load([services], organisation);
  };
  const upload: TestProcesses['upload'] = async (name, content, fileType) => {
    const id = await platform.upload(name, fileType, content);
    await platform.analysed(id);
    return id;
  };
  await describeService({});
  const region = await upload('Kelvingrove', triangle, 'GeoJSON');
  return {
    platform,
    region,
    describeService,
    upload,
    fields: async (values = {}, data = region) => {
      const template = await processes.newTemplate(organisation, serviceId);
      return {
        ...plain(template),
        name: 'Clouds',
        inputs: template.inputs!.map((input) => ({ ...input, id: data })),
        options: template.options!.map((option) =>
          option.name in values ? { ...option, value: values[option.name]! } : option,
        ),
      };
    },
    create: async (wanted) => await processes.create(organisation, user, wanted),
  };
}

export const triangle = JSON.stringify({
  type: 'Polygon',
  coordinates: [
    [
      [-4.3, 55.86],
      [-4.28, 55.86],
      [-4.28, 55.87],
      [-4.3, 55.86],
    ],
  ],
});

export const description = {
  name: 'Scenes',
  ssd_id: ssdId,
  id: serviceId,
  version: 1,
  command: ['node', 'main.mjs'],
  inputs: [{ number: 1, file_type: 'GeoJSON', title: 'Region' }],
  outputs: [{ number: 1, name: 'Scenes', file_type: 'GeoJSON' }],
  options: [
    { name: 'latest_date', data_type: 'boolean', value: 'true' },
    {
      name: 'start_date',
      data_type: 'datetime',
      validation: 'format=%Y-%m-%d;min=2015-06-23',
      mutually_exclusive: 'latest_date=true',
      required: true,
    },
    { name: 'maximum_cloud', data_type: 'numeric', value: 50, validation: 'min=0;max=100' },
    { name: 'clear', data_type: 'numeric' },
    {
      name: 'bands',
      data_type: 'constrained',
      value: 'A',
      validation: 'values=A,B,*;names=First,Second,Both',
    },
  ],
  option_validations: [
    {
      expression: 'latest_date or start_date is not None',
      message: 'A start date is needed unless the latest is wanted',
    },
    { expression: 'maximum_cloud != 13', message: 'Thirteen is not a lucky number' },
  ],
  input_validations: [{ expression: 'input_1_area_km2 < 500', message: 'The region is too large' }],
  option_expressions: [{ lhs_ssd_id: ssdId, lhs_name: 'clear', expression: '100 - maximum_cloud' }],
  charge_expression_platform: '0.1 * inputs',
  charge_expression_owner: 'maximum_cloud / 100 + 0.000001',
};

/** A value as a client sends it back: without what is null. */
export function plain(value: ProcessValue): ProcessFields {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

/** What a refused call finds fault with, by path. */
export async function faultsOf(wanted: Promise<unknown>): Promise<Record<string, string>> {
  const error = (await wanted.then(
    () => ({ issues: [] }),
    (reason: unknown) => reason,
  )) as { issues: { path: string; message: string }[] };
  return Object.fromEntries(error.issues.map(({ path, message }) => [path, message]));
}
