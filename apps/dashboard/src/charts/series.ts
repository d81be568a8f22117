import type { ProcessServiceExecution } from 'fusion-platform';

type Sample = NonNullable<ProcessServiceExecution['metrics']>[number] & { readonly attempt?: number };

export interface Series {
  readonly name: string;
  /** A colour of the palette, by its custom property. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly limit?: true;
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** In seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** The most that was used, and what could be, in bytes. */
  readonly peak: number | null;
  readonly limit: number | null;
}

type Field = Exclude<keyof Sample, 'date' | 'comment' | 'attempt'>;

const used = (sample: Sample, total: Field, free: Field): number | null => {
  const [all, rest] = [sample[total], sample[free]];
  return all === null || all === undefined || rest === null || rest === undefined ? null : all - rest;
};

const most = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((peak, value) => (value === null ? peak : Math.max(peak ?? 0, value)), null);

/** Each sample has what came since the one before. */
function addedUp(values: readonly (number | null)[]): readonly (number | null)[] {
  let sum = 0;
  return values.map((value) => (value === null ? null : (sum += value)));
}

/** The charts of what a component used, each against what it could use. One that was never measured is left out. */
export function chartsOf(samples: readonly Sample[]): readonly Chart[] {
  const dated = samples.filter(({ date }) => date !== null && date !== undefined);
  const times = dated.map(({ date }) => Date.parse(date!) / 1000);
  const numbers = (field: Field): readonly (number | null)[] => dated.map((sample) => sample[field] ?? null);
  const against = (
    id: string,
    title: string,
    name: string,
    values: readonly (number | null)[],
    total: Field,
  ): Chart => {
    const limits = numbers(total);
    return {
      id,
      title,
      times,
      peak: most(values),
      limit: limits.findLast((value) => value !== null) ?? null,
      series: [
        { name, colour: '--running', values },
        { name: 'Limit', colour: '--failed', values: limits, limit: true },
      ],
    };
  };
  const transfers: readonly (readonly [string, string, Field])[] = [
    ['S3', '--running', 's3_transfer_bytes'],
    ['Google Cloud', '--succeeded', 'gcs_transfer_bytes'],
    ['Elsewhere', '--failed', 'external_transfer_bytes'],
    ['The platform', '--stopped', 'internal_transfer_bytes'],
  ];
  const moved = transfers
    .map(([name, colour, field]) => ({ name, colour, values: addedUp(numbers(field)) }))
    .filter(({ values }) => (most(values) ?? 0) > 0);
  const charts: Chart[] = [
    against(
      'memory',
      'Memory',
      'Used',
      dated.map((sample) => used(sample, 'memory_total_bytes', 'memory_free_bytes')),
      'memory_total_bytes',
    ),
    against('scratch', 'Scratch space', 'Used', numbers('scratch_used_bytes'), 'scratch_total_bytes'),
    against('tmp', 'Temporary space', 'Used', numbers('tmp_used_bytes'), 'tmp_total_bytes'),
    against(
      'swap',
      'Swap',
      'Used',
      dated.map((sample) => used(sample, 'swap_total_bytes', 'swap_free_bytes')),
      'swap_total_bytes',
    ),
    {
      id: 'transfers',
      title: 'Read from outside, in all',
      times,
      peak: moved.reduce((sum, { values }) => sum + (most(values) ?? 0), 0),
      limit: null,
      series: moved,
    },
  ];
  return charts.filter(({ series, peak, limit }) => series.length > 0 && peak !== null && (limit ?? 1) > 0);
}
