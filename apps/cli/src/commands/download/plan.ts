import { join } from 'node:path';

import type {
  Data,
  DataFile,
  Organisation,
  Process,
  ProcessExecution,
  ProcessServiceExecution,
} from 'fusion-platform';

import { findStorage } from '../../find/index.ts';
import { componentFolder, dataFolder, fileName, sliceFolder } from './layout.ts';
import type { DataKind } from './layout.ts';
import { metricsRow } from './metrics-csv.ts';
import type { MetricsRow } from './metrics-csv.ts';
import type { DownloadChoices } from '../download-options.ts';
import { stacDocuments } from './stac.ts';
import type { Document } from './stac.ts';

/** A file to fetch, and where to. */
export interface Wanted {
  readonly file: DataFile;
  readonly path: string;
  readonly size: number;
}

/** All that the download of an execution writes. */
export interface Plan {
  readonly files: readonly Wanted[];
  readonly documents: readonly Document[];
  readonly metrics: readonly MetricsRow[];
}

interface DownloadSource {
  readonly organisation: Organisation;
  readonly process: Process;
  readonly folder: string;
  readonly choices: DownloadChoices;
  readonly signal: AbortSignal;
}

/** What to fetch of one execution. Waits for the analysis of what it made: sizes are known only then. */
export async function planExecution(subject: DownloadSource, execution: ProcessExecution): Promise<Plan> {
  const { choices } = subject;
  const { group_index: index, group_count: count } = execution;
  const sliced = index !== undefined && count !== undefined;
  const folder = sliced ? join(subject.folder, sliceFolder(index, count)) : subject.folder;
  const names = Array.isArray(choices.component) ? (choices.component as readonly string[]) : [];
  const components = (await execution.components().toArray({ signal: subject.signal })).filter(
    ({ intermediate, name }) =>
      (!intermediate || choices.intermediate === true) && (names.length === 0 || names.includes(name)),
  );
  const plans: Plan[] = [];
  for (const [i, component] of components.entries()) {
    const within = join(folder, componentFolder(i + 1, component.name));
    plans.push(await planComponent({ ...subject, folder: within }, execution, component));
  }
  return {
    files: plans.flatMap(({ files }) => files),
    documents: plans.flatMap(({ documents }) => documents),
    metrics: plans.flatMap(({ metrics }) => metrics),
  };
}

async function planComponent(
  subject: DownloadSource,
  execution: ProcessExecution,
  component: ProcessServiceExecution,
): Promise<Plan> {
  const { folder, signal, process } = subject;
  const files: Wanted[] = [];
  const documents: Document[] = [];
  const sizes: Record<DataKind, number[]> = { Input: [], Output: [], Storage: [] };
  for (const { kind, number, data } of await dataOf(subject, execution, component)) {
    await data.checkAnalysisComplete({ wait: true, signal });
    const within = join(folder, dataFolder(kind, number, data.name));
    const found = await data.files().toArray({ signal });
    for (const file of found) {
      const size = file.size ?? 0;
      sizes[kind].push(size);
      files.push({ file, size, path: join(within, fileName(file.file_name ?? file.id)) });
    }
    documents.push(...stacDocuments(data, found, component, within));
  }
  const row = metricsRow(component, {
    execution: execution.group_index ?? 1,
    process: process.name,
    inputSizes: sizes.Input,
    outputSizes: sizes.Output,
  });
  return { files, documents, metrics: [row] };
}

interface Item {
  readonly kind: DataKind;
  readonly number: number;
  readonly data: Data;
}

async function dataOf(
  { organisation, process, choices, signal }: DownloadSource,
  execution: ProcessExecution,
  component: ProcessServiceExecution,
): Promise<readonly Item[]> {
  const { inputs, outputs, storage } = choices;
  const items: Item[] = [];
  const add = (kind: DataKind, all: readonly Data[]): void =>
    void items.push(...all.map((data, i) => ({ kind, number: i + 1, data })));
  if (inputs) add('Input', await component.inputs().toArray({ signal }));
  // Nothing chosen means the outputs.
  if (outputs || (!inputs && !storage)) add('Output', await component.outputs().toArray({ signal }));
  const chainIndex = component.chain_index;
  const ssdId = chainIndex === undefined ? undefined : process.chains?.[chainIndex]?.ssd_id;
  if (storage && chainIndex !== undefined && ssdId !== undefined) {
    const kept = await findStorage(organisation, process, {
      groupIndex: execution.group_index,
      groupCount: execution.group_count,
      ssdId,
      chainIndex,
    });
    if (kept) add('Storage', [kept]);
  }
  return items;
}
