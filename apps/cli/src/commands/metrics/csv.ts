import type { ProcessServiceExecution } from 'fusion-platform';

const columns = [
  'date',
  'memory_total_bytes',
  'memory_free_bytes',
  'swap_total_bytes',
  'swap_free_bytes',
  'tmp_total_bytes',
  'tmp_free_bytes',
  'tmp_used_bytes',
  'scratch_total_bytes',
  'scratch_free_bytes',
  'scratch_used_bytes',
  's3_transfer_bytes',
  'gcs_transfer_bytes',
  'external_transfer_bytes',
  'internal_transfer_bytes',
  'comment',
] as const;

/** Every sample of the components, a row each (RFC 4180). */
export function metricsCsv(components: readonly ProcessServiceExecution[]): string {
  const rows = components.flatMap(({ id, name, metrics }) =>
    (metrics ?? []).map((sample) => [id, name, ...columns.map((column) => String(sample[column] ?? ''))]),
  );
  return [['component_id', 'component', ...columns], ...rows]
    .map((row) => `${row.map(quoted).join(',')}\r\n`)
    .join('');
}

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
