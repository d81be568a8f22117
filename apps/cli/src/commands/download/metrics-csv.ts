import type { ProcessServiceExecution } from 'fusion-platform';

/** The columns of metrics.csv, in their order. */
export const metricsColumns = [
  'execution',
  'process',
  'duration',
  'component',
  'success',
  'cpu',
  'memory',
  'runtime',
  's3_transfer_bytes',
  'gcs_transfer_bytes',
  'external_transfer_bytes',
  'internal_transfer_bytes',
  'input_size',
  'output_size',
] as const;

export type MetricsRow = Readonly<Record<(typeof metricsColumns)[number], string>>;

const transfers = [
  's3_transfer_bytes',
  'gcs_transfer_bytes',
  'external_transfer_bytes',
  'internal_transfer_bytes',
] as const;

/** What a component took and moved: a row of metrics.csv. Sizes are those of the files that were looked at. */
export function metricsRow(
  component: ProcessServiceExecution,
  about: {
    readonly execution: number;
    readonly process: string;
    readonly inputSizes: readonly number[];
    readonly outputSizes: readonly number[];
  },
): MetricsRow {
  const { metrics } = component;
  const moved = transfers.map((name) => {
    if (!metrics) return [name, ''] as const;
    return [name, String(metrics.reduce((sum, sample) => sum + (sample[name] ?? 0), 0))] as const;
  });
  return {
    execution: String(about.execution),
    process: about.process,
    duration: durationOf(component),
    component: component.name,
    success: component.success === true ? 'True' : 'False',
    cpu: String(component.cpu),
    memory: String(component.memory),
    runtime: String(component.runtime ?? 0),
    ...(Object.fromEntries(moved) as Pick<MetricsRow, (typeof transfers)[number]>),
    input_size: sizeOf(about.inputSizes),
    output_size: sizeOf(about.outputSizes),
  };
}

const sizeOf = (sizes: readonly number[]): string =>
  sizes.length === 0 ? '' : String(sizes.reduce((sum, size) => sum + size, 0));

/** In seconds, to the microsecond, with a point as Python prints it. */
function durationOf({ started_at: start, ended_at: end }: ProcessServiceExecution): string {
  if (start === undefined || end === undefined) return '0';
  const seconds = (microseconds(end) - microseconds(start)) / 1e6;
  return Number.isInteger(seconds) ? seconds.toFixed(1) : String(seconds);
}

function microseconds(text: string): number {
  const micros = /\.(\d{1,6})/.exec(text)?.[1]?.padEnd(6, '0') ?? '000000';
  return Math.floor(Date.parse(text) / 1000) * 1e6 + Number(micros);
}

/** The whole file, as RFC 4180 has it. */
export function metricsCsv(rows: readonly MetricsRow[]): string {
  const lines = [metricsColumns, ...rows.map((row) => metricsColumns.map((name) => row[name]))];
  return lines.map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
