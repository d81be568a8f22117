import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { csvFormat } from 'd3-dsv';
import type { DataFile, ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

import { startProgress } from './progress.ts';

/** Prints what each component did, and downloads its outputs, its log and its metrics into a folder of its own. */
export async function report(execution: ProcessExecution, folder: string): Promise<void> {
  const components = await execution.components().toArray();
  console.log(
    `\n  ${'Component'.padEnd(28)} ${'Runtime'.padStart(8)}  ${'Peak memory'.padStart(12)}  Result`,
  );
  for (const component of components) {
    const runtime = `${component.runtime ?? 0} s`;
    const memory = await peakMemory(component);
    const result = `${component.success ? 'success' : 'failed'}${component.intermediate ? ' (intermediate)' : ''}`;
    console.log(`  ${component.name.padEnd(28)} ${runtime.padStart(8)}  ${memory.padStart(12)}  ${result}`);
  }
  console.log('');
  for (const [index, component] of components.entries()) {
    const target = join(folder, `${index + 1}_${component.name.replaceAll(/\W+/g, '_')}`);
    await mkdir(target, { recursive: true });
    await component.downloadLogFile(join(target, 'logs.csv'));
    await writeFile(join(target, 'metrics.csv'), `${csvFormat([...(component.metrics ?? [])])}\n`);
    if (!component.intermediate) await downloadOutputs(component, target);
  }
}

async function downloadOutputs(component: ProcessServiceExecution, folder: string): Promise<void> {
  for await (const output of component.outputs()) {
    for await (const file of output.files()) {
      const name = file.file_name ?? file.id;
      const progress = startProgress('Download');
      await file.download({
        path: join(folder, name),
        onProgress: ({ bytes, size }) => progress.to(size ? bytes / size : 0, name),
      });
      progress.end(`${name}, ${megabytes(file.size ?? 0)}`);
      await saveStacItem(file, folder);
    }
  }
}

async function saveStacItem(file: DataFile, folder: string): Promise<void> {
  const { item, fileName } = file.getStacItem();
  if (item && fileName) await writeFile(join(folder, fileName), `${JSON.stringify(item, null, 2)}\n`);
}

/** As its attempts tell it: samples, a second apart, can miss it. */
async function peakMemory(component: ProcessServiceExecution): Promise<string> {
  const peaks = (await component.attempts().toArray()).flatMap((attempt) => attempt.peak_memory ?? []);
  return peaks.length === 0 ? 'unknown' : `${(Math.max(...peaks) / 2 ** 20).toFixed(1)} MiB`;
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
