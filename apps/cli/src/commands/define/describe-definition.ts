import type { Data, DataFile, Organisation, Process, ProcessOption } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import { processFields } from '../../definition/index.ts';
import type { DefinedInput, Definition, ProcessField, Value } from '../../definition/index.ts';
import { findStorage, nameThatFinds, orUndefined, storageKey } from '../../find/index.ts';
import type { FileToFetch } from '../../transfer/index.ts';
import { fileName } from '../download/layout.ts';

export interface Described {
  readonly definition: Definition;
  /** Files that the definition names. */
  readonly files: readonly FileToFetch[];
}

/** What `start` needs to start a process like this one. */
export async function describeDefinition(
  cli: Cli,
  organisation: Organisation,
  process: Process,
  choices: { readonly inputs?: boolean; readonly storage?: boolean },
): Promise<Described> {
  const { first: service } = await organisation.findServices({ ssdId: process.ssd_id });
  const inputs = await definedInputs(cli, organisation, process, choices.inputs === true);
  const storage = choices.storage ? await definedStorage(cli, organisation, process) : [];
  return {
    definition: {
      serviceName: service?.name ?? process.ssd_id,
      processName: process.name,
      inputs: inputs.map(({ input }) => input),
      storage: Object.fromEntries(storage.map(({ key, file }) => [key, file.path])),
      options: optionValues(process.options),
      fields: fieldValues(process),
      dispatchers: process.dispatchers.map(({ name, dispatch_intermediate: intermediate, options }) => ({
        name,
        dispatchIntermediate: intermediate ?? undefined,
        options: optionValues(options),
      })),
    },
    files: [...inputs.flatMap(({ file }) => (file ? [file] : [])), ...storage.map(({ file }) => file)],
  };
}

function optionValues(options: readonly ProcessOption[]): Record<string, Value> {
  return Object.fromEntries(
    options.map(({ name, value }) => [name, value instanceof Date ? isoOf(value) : value]),
  );
}

const isoOf = (date: Date): string => date.toISOString().replace('.000', '').replace('Z', '+00:00');

/** Lengths of time are JSON text, as both commands read them. */
function fieldValues(process: Process): Partial<Record<ProcessField, unknown>> {
  const held = processFields.map((name) => [name, process[name]] as const);
  return Object.fromEntries(
    held
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}

async function definedInputs(
  cli: Cli,
  organisation: Organisation,
  process: Process,
  withFiles: boolean,
): Promise<readonly { readonly input: DefinedInput; readonly file: FileToFetch | undefined }[]> {
  return await Promise.all(
    process.inputs.map(async ({ id, number, file_type: type }) => {
      const data = id === undefined ? undefined : await orUndefined(organisation.dataItem(id));
      if (!data) {
        cli.out.warn(`input ${number} has no data any more: name another in the file`);
        return { input: { name: '' }, file: undefined };
      }
      const source = withFiles ? await originalFile(cli, data, type) : undefined;
      if (!source) return { input: { name: await nameThatFinds(organisation, data) }, file: undefined };
      const path = fileName(source.file_name ?? source.id);
      return { input: { name: data.name, file: path }, file: { file: source, path, size: source.size ?? 0 } };
    }),
  );
}

/** The file of the input's own type that no other was made from; the first where there are several. */
async function originalFile(cli: Cli, data: Data, type: string): Promise<DataFile | undefined> {
  const { signal } = cli;
  await data.checkAnalysisComplete({ wait: true, signal });
  const all = await data.files().toArray({ signal });
  const sources = new Set(all.map(({ source }) => source).filter(Boolean));
  const sameType = all.filter((file) => file.file_type.toLowerCase() === type.toLowerCase());
  return sameType.find(({ file_id: id }) => !sources.has(id)) ?? sameType[0] ?? all[0];
}

async function definedStorage(
  cli: Cli,
  organisation: Organisation,
  process: Process,
): Promise<readonly { readonly key: string; readonly file: FileToFetch }[]> {
  const slices = Math.max(1, process.non_aggregator_count ?? 1);
  const chain = process.chains ?? [];
  const found: { key: string; file: FileToFetch }[] = [];
  for (let slice = 1; slice <= slices; slice += 1) {
    for (const [chainIndex, { ssd_id: ssdId }] of chain.entries()) {
      const sliced = slices > 1;
      const place = {
        groupIndex: sliced ? slice : undefined,
        groupCount: sliced ? slices : undefined,
        ssdId,
        chainIndex,
      };
      const kept = await findStorage(organisation, process, place);
      const file = await kept?.files().first({ signal: cli.signal });
      if (!file) continue;
      const digits = (value: number, count: number): string =>
        String(value).padStart(String(count).length, '0');
      const path = `${digits(slice, slices)}_${digits(chainIndex, chain.length)}_storage.tar.gz`;
      found.push({ key: storageKey(place), file: { file, path, size: file.size ?? 0 } });
    }
  }
  return found;
}
