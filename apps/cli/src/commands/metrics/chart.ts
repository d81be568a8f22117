import type { ProcessServiceExecution } from 'fusion-platform';

import { binaryBytes, bytes, duration, oneLine, plural } from '../../output/index.ts';
import type { Sink } from '../../output/index.ts';

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const columns = 48;

type Sample = NonNullable<ProcessServiceExecution['metrics']>[number];
interface Series {
  readonly title: string;
  readonly of: (sample: Sample) => number | undefined;
  /** What the component may use. */
  readonly limit: (component: ProcessServiceExecution) => number | undefined;
  /** Whether a sample has what came since the one before: all so far is drawn. */
  readonly adds?: true;
}

const used = (total: number | null | undefined, free: number | null | undefined): number | undefined =>
  typeof total === 'number' && typeof free === 'number' ? total - free : undefined;
const known = (value: number | null | undefined): number | undefined => value ?? undefined;

const series: readonly Series[] = [
  {
    title: 'memory',
    of: (one) => used(one.memory_total_bytes, one.memory_free_bytes),
    limit: ({ metrics, memory }) => known(metrics?.at(-1)?.memory_total_bytes) ?? memory * 1024 ** 2,
  },
  { title: 'swap', of: (one) => used(one.swap_total_bytes, one.swap_free_bytes), limit: () => undefined },
  {
    title: 'scratch',
    of: (one) => known(one.scratch_used_bytes),
    limit: ({ metrics }) => known(metrics?.at(-1)?.scratch_total_bytes),
  },
  { title: 'tmp', of: (one) => known(one.tmp_used_bytes), limit: () => undefined },
  { title: 'from S3', of: (one) => known(one.s3_transfer_bytes), limit: () => undefined, adds: true },
  { title: 'from Google', of: (one) => known(one.gcs_transfer_bytes), limit: () => undefined, adds: true },
  {
    title: 'from outside',
    of: (one) => known(one.external_transfer_bytes),
    limit: () => undefined,
    adds: true,
  },
  {
    title: 'from inside',
    of: (one) => known(one.internal_transfer_bytes),
    limit: () => undefined,
    adds: true,
  },
];

/** A line for each thing that was measured, drawn against its limit, with its last and highest value. */
export function chartOf({ colours }: Sink, component: ProcessServiceExecution): string {
  const { name, id, cpu, memory, runtime, metrics = [] } = component;
  const head = `${colours.bold(oneLine(name))} ${colours.dim(id)}  ${plural(cpu, 'cpu')}, ${binaryBytes(memory * 2 ** 20)} of memory, ${duration(runtime)}`;
  const lines = series.flatMap(({ title, of, limit, adds }) => {
    const measured = metrics.map(of).filter((value) => value !== undefined);
    const values = adds ? addedUp(measured) : measured;
    const highest = Math.max(0, ...values);
    if (values.length === 0 || highest === 0) return [];
    const most = limit(component);
    if (adds) return [`  ${title.padEnd(12)} ${colours.cyan(sparkline(values, highest))}  ${bytes(highest)}`];
    const told = `last ${binaryBytes(values.at(-1) ?? 0)}, highest ${binaryBytes(highest)}${most === undefined ? '' : ` of ${binaryBytes(most)}`}`;
    return [`  ${title.padEnd(12)} ${colours.cyan(sparkline(values, highest))}  ${told}`];
  });
  if (lines.length === 0) return `${head}\n  ${colours.dim('nothing was measured')}`;
  return [head, ...lines, `  ${colours.dim(plural(metrics.length, 'sample'))}`].join('\n');
}

function addedUp(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

/** Values over time as blocks: each column the highest of its part, 0 at the bottom, `scale` at the top. */
export function sparkline(values: readonly number[], scale: number): string {
  const width = Math.min(columns, values.length);
  return Array.from({ length: width }, (_, i) => {
    const part = values.slice(
      Math.floor((i * values.length) / width),
      Math.max(Math.floor((i * values.length) / width) + 1, Math.floor(((i + 1) * values.length) / width)),
    );
    const level = Math.round((Math.max(...part) / scale) * (blocks.length - 1));
    return blocks[Math.max(0, Math.min(blocks.length - 1, level))];
  }).join('');
}
