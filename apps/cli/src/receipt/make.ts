import { Readable } from 'node:stream';

import type {
  Data,
  Organisation,
  Process,
  ProcessExecution,
  ProcessServiceExecution,
  Provenance,
} from 'fusion-platform';

import type { Cli } from '../command/index.ts';
import { TransferDisplay } from '../output/index.ts';
import { componentState, executionState } from '../watching/index.ts';
import type { ArchiveWriter } from './archive.ts';
import { definitionName, receiptName } from './format.ts';
import type { ComponentRecord, ExecutionRecord, FileRecord, Receipt } from './format.ts';

export interface Making {
  readonly cli: Cli;
  readonly organisation: Organisation;
  readonly process: Process;
  readonly executions: readonly ProcessExecution[];
  readonly archive: ArchiveWriter;
  readonly platform: string;
  /** The definition of the process, as YAML. */
  readonly definition: string;
  readonly withData: boolean;
  readonly reasonsOf: (model: ProcessExecution | ProcessServiceExecution) => Promise<readonly object[]>;
  readonly metricsOf: (component: ProcessServiceExecution) => string;
}

/** Writes all that there is to know of executions into an archive. */
export async function makeReceipt(making: Making): Promise<Receipt> {
  const { archive, organisation, process, executions, definition } = making;
  await archive.text(definitionName, definition);
  const data = new Map<string, Data>();
  const records: ExecutionRecord[] = [];
  for (const execution of executions) records.push(await executionRecord(making, execution, data));
  for (const { id } of process.inputs) await know(organisation, data, id === undefined ? [] : [id]);
  const files = await fileRecords(making, [...data.values()]);
  const receipt: Receipt = {
    format: 'fusion-platform-receipt',
    version: 1,
    created_at: new Date().toISOString(),
    platform: making.platform,
    organisation: { id: organisation.id, name: organisation.name },
    process: {
      id: process.id,
      name: process.name,
      ssd_id: process.ssd_id,
      inputs: process.inputs.map(({ id }) => id ?? null),
      price: process.price ?? null,
    },
    executions: records,
    files,
  };
  await archive.text(receiptName, `${JSON.stringify(receipt, null, 2)}\n`);
  return receipt;
}

async function know(
  organisation: Organisation,
  data: Map<string, Data>,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    if (data.has(id)) continue;
    const found = await organisation.dataItem(id).catch(() => undefined);
    if (found) data.set(id, found);
  }
}

async function executionRecord(
  making: Making,
  execution: ProcessExecution,
  data: Map<string, Data>,
): Promise<ExecutionRecord> {
  const components: ComponentRecord[] = [];
  for await (const component of execution.components())
    components.push(await componentRecord(making, component, data));
  return {
    id: execution.id,
    group_index: execution.group_index ?? null,
    state: executionState(execution),
    charged: execution.charged ?? null,
    fields: execution.toJSON(),
    reasons: await making.reasonsOf(execution),
    components,
  };
}

async function componentRecord(
  making: Making,
  component: ProcessServiceExecution,
  data: Map<string, Data>,
): Promise<ComponentRecord> {
  const { archive, organisation } = making;
  const folder = `components/${component.id}`;
  const inputs = await component.inputs().toArray();
  const outputs = await component.outputs().toArray();
  for (const one of [...inputs, ...outputs]) data.set(one.id, one);
  const log = `${folder}/log.csv`;
  await archive.text(log, await (await component.logCsv()).text());
  const metrics = `${folder}/metrics.csv`;
  await archive.text(metrics, making.metricsOf(component));
  const provenance = await component.provenance().catch(() => undefined);
  const provenancePath = provenance ? `${folder}/provenance.json` : null;
  if (provenancePath) await archive.text(provenancePath, `${JSON.stringify(provenance, null, 2)}\n`);
  const service = await organisation.service(component.service_id).catch(() => undefined);
  return {
    id: component.id,
    chain_index: component.chain_index ?? null,
    name: component.name,
    state: componentState(component),
    service: {
      id: component.service_id,
      ssd_id: component.ssd_id ?? service?.ssd_id ?? null,
      version: service?.version ?? null,
      image_id: component.image_id,
      image_digest: digestOf(provenance),
    },
    options: (component.options ?? []).map(({ name, value }) => ({ name, value: value ?? null })),
    inputs: inputs.map(({ id }) => id),
    outputs: outputs.map(({ id }) => id),
    fields: component.toJSON(),
    attempts: await component
      .attempts()
      .toArray()
      .catch(() => []),
    reasons: await making.reasonsOf(component),
    log,
    metrics,
    provenance: provenancePath,
  };
}

/** By its content, the image that the last attempt ran; none where a command ran, or the platform keeps no provenance. */
function digestOf(provenance: Provenance | undefined): string | null {
  const attempts = Object.values(provenance?.activity ?? {})
    .map((one) => ({ number: one['fusion:attempt'], digest: one['fusion:image_digest'] }))
    .filter((one): one is { number: number; digest: unknown } => typeof one.number === 'number')
    .sort((a, b) => a.number - b.number);
  const digest = attempts.at(-1)?.digest;
  return typeof digest === 'string' ? digest : null;
}

async function fileRecords(making: Making, data: readonly Data[]): Promise<readonly FileRecord[]> {
  const { archive, cli, withData } = making;
  const lists = await Promise.all(
    data.map(async (one) => ({ one, files: await one.files().toArray({ signal: cli.signal }) })),
  );
  const count = lists.reduce((sum, { files }) => sum + files.length, 0);
  const total = lists.reduce(
    (sum, { files }) => sum + files.reduce((all, { size }) => all + (size ?? 0), 0),
    0,
  );
  const display = new TransferDisplay(cli.out, {
    title: 'Collecting',
    files: count,
    total: withData ? total : 0,
  });
  const records: FileRecord[] = [];
  try {
    for (const { one, files } of lists) {
      for (const file of files) {
        const name = (file.file_name ?? file.id).replaceAll(/[/\\]/g, '_');
        const size = file.size ?? 0;
        const base = {
          data_id: one.id,
          data_name: one.name,
          file_id: file.file_id,
          file_name: name,
          file_type: file.file_type,
          size,
        };
        const path = `data/${one.id}/${name}`;
        if (file.stac_item)
          await archive.text(`stac/${one.id}/${name}.json`, `${JSON.stringify(file.stac_item)}\n`);
        if (withData) {
          const source = Readable.fromWeb(
            file.stream({
              signal: cli.signal,
              onProgress: ({ bytes }) => display.moved(path, bytes),
            }) as never,
          );
          const { sha256 } = await archive.stream(path, size, source as AsyncIterable<Uint8Array>);
          records.push({ ...base, sha256, path });
        } else {
          const { sha256 } = await file.checksum({ signal: cli.signal });
          records.push({ ...base, sha256: sha256 ?? null, path: null });
        }
        display.finished();
      }
    }
  } finally {
    display.end();
  }
  return records;
}
