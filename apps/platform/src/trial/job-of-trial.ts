import { randomUUID } from 'node:crypto';

import type { Manifest } from '../catalogue/index.ts';
import { joinPolygons } from '../data/index.ts';
import { buildJob, distinctNames, inputFolder } from '../executions/index.ts';
import type { JobFile } from '../executions/index.ts';
import { assess } from '../processes/index.ts';
import type { Job } from '../runtimes/index.ts';
import { describeInput } from './read-inputs.ts';
import type { TrialInput } from './read-inputs.ts';
import { TrialRefusal } from './request.ts';
import type { TrialRequest } from './request.ts';

/** The job of a trial, made of the same parts as that of a component. @throws TrialRefusal naming all that is wrong */
export function jobOfTrial(
  manifest: Manifest,
  request: TrialRequest,
  inputs: readonly TrialInput[],
): { readonly job: Job; readonly outputs: Manifest['outputs'] } {
  const chain = [
    {
      manifest,
      intermediate: false,
      inputs: manifest.inputs.map(({ number }) => ({
        number,
        from: { kind: 'user' as const, ssdId: manifest.ssdId, input: number },
      })),
    },
  ];
  const given = inputs.filter(({ files }) => files.length > 0);
  const assessment = assess(chain, wantedOf(manifest, request, given), dataOf(given), randomUUID());
  if (assessment.issues.length > 0)
    throw new TrialRefusal(
      'The service does not take this',
      assessment.issues.map(({ path, message }) => `${path}: ${message}`),
    );
  const outputs = assessment.outputs[0]!;
  const component = componentOf(manifest, outputs, {
    options: Object.fromEntries(assessment.read.map(({ option, value }) => [option.name, value])),
  });
  const placed = inputs.map(placeInput);
  const ids = { processId: randomUUID(), executionId: randomUUID() };
  const { cpu, memoryMb, storageGb } = manifest.resources;
  const { urls, cidrs, name, version } = manifest;
  return {
    outputs,
    job: {
      attemptId: randomUUID(),
      ids: { organisationId: randomUUID(), componentId: component.id, groupId: null, ...ids },
      service: { id: manifest.serviceId, ssdId: manifest.ssdId, name, version },
      program: { kind: 'command', command: manifest.command ?? [] },
      environment: environmentOf(manifest, request.environment),
      resources: { cpu, gpu: 0, memoryMb, storageGb, timeoutSeconds: null },
      network: urls.length + cidrs.length > 0 ? { kind: 'restricted', urls, cidrs } : { kind: 'none' },
      document: {
        ...buildJob({
          execution: {
            id: ids.executionId,
            process_id: ids.processId,
            process_name: `Trial of ${name}`,
            started_at: new Date().toISOString(),
            group_id: null,
            group_index: null,
            group_count: null,
          },
          component,
          attempt: 1,
          service: { name, version },
          region: regionOf(manifest, inputs),
          files: new Map(placed.map(({ number, files }) => [number, files.map(({ file }) => file)])),
          dispatch: undefined,
        }),
      },
      inputs: placed.flatMap(({ files }) => files.map(({ input }) => input)),
      inputNumbers: inputs.map(({ number }) => number),
      outputs: outputs.map(({ number, file_type }) => ({ number, fileType: file_type })),
      storage: request.storage === null ? null : { key: request.storage, size: 0, sha256: null },
      sharedCache: null,
    },
  };
}

function wantedOf(manifest: Manifest, { options }: TrialRequest, inputs: readonly TrialInput[]) {
  const unknown = options.find(({ name }) => !manifest.options.some((option) => option.name === name));
  if (unknown) {
    const names = manifest.options.map(({ name }) => name).join(', ');
    throw new TrialRefusal(
      `The service has no option "${unknown.name}"${names === '' ? '' : `: it has ${names}`}`,
    );
  }
  type Wanted = Parameters<typeof assess>[1];
  return {
    inputs: inputs.map(({ number }) => ({ ssd_id: manifest.ssdId, input: number, id: String(number) })),
    options: options.map(({ name, value }) => ({ ssd_id: manifest.ssdId, name, value })),
  } as unknown as Wanted;
}

const dataOf = (inputs: readonly TrialInput[]) =>
  new Map(inputs.map((input) => [String(input.number), describeInput(input)]));

function componentOf(
  manifest: Manifest,
  outputs: Manifest['outputs'],
  { options }: { readonly options: Parameters<typeof buildJob>[0]['component']['job_options'] },
): Parameters<typeof buildJob>[0]['component'] {
  const { cpu, memoryMb, storageGb } = manifest.resources;
  return {
    id: randomUUID(),
    name: manifest.component_name ?? manifest.name,
    chain_index: 0,
    service_id: manifest.serviceId,
    ssd_id: manifest.ssdId,
    job_options: options,
    job_inputs: manifest.inputs.map(({ number, file_type, title }) => ({
      number,
      file_type,
      title,
      data_id: null,
    })),
    job_outputs: outputs.map(({ number, name, file_type }) => ({
      number,
      name,
      file_type,
    })) as unknown as Parameters<typeof buildJob>[0]['component']['job_outputs'],
    cpu,
    memory: memoryMb,
    storage: storageGb,
  };
}

function placeInput({ number, files }: TrialInput) {
  const names = distinctNames(files.map(({ name }) => name));
  return {
    number,
    files: files.map(({ path: source, fileType, size, analysis }, index) => {
      const name = names[index]!;
      const path = `${inputFolder(number)}/${name}`;
      const file: JobFile = { path, name, file_type: fileType, size, crs: analysis.crs };
      return { file, input: { path, object: { key: source, size, sha256: null } } };
    }),
  };
}

/** The region is that of the first vector input. */
function regionOf({ inputs }: Manifest, given: readonly TrialInput[]): unknown {
  const vector = inputs.find(({ file_type }) => file_type === 'GeoJSON');
  const files = given.find(({ number }) => number === vector?.number)?.files ?? [];
  return joinPolygons(files.flatMap(({ analysis: { region, geojson } }) => region ?? geojson ?? []));
}

function environmentOf(
  { environment }: Manifest,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    environment.flatMap((variable) => {
      const value = given[variable.name] ?? variable.default;
      return value === null ? [] : [[variable.name, value]];
    }),
  );
}
