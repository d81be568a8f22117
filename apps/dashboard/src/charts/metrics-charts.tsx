import { useQuery, useQueryClient } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import type { Metrics, ProcessServiceExecution } from 'fusion-platform';
import { useMemo } from 'react';
import type { ReactNode } from 'react';

import { soon } from '../platform/live.ts';
import { isOpen, stateOfComponent } from '../platform/states.ts';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { MetricChart } from './metric-chart.tsx';
import type { Mark } from './metric-chart.tsx';
import { chartsOf } from './series.ts';

type Sample = NonNullable<ProcessServiceExecution['metrics']>[number] & { readonly attempt?: number };

interface Known {
  readonly samples: readonly Sample[];
  readonly next: number;
}

/** What a component used over time. While it runs only what is new is asked for. */
export function MetricsCharts({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const open = isOpen(stateOfComponent(component));
  const client = useQueryClient();
  const queryKey = ['metrics', component.id];
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => await readMore(component, client.getQueryData<Known>(queryKey), signal),
    refetchInterval: open ? soon : false,
  });
  return <Loaded query={query}>{({ samples }) => <Charts samples={samples} open={open} />}</Loaded>;
}

async function readMore(
  component: ProcessServiceExecution,
  known: Known | undefined,
  signal: AbortSignal,
): Promise<Known> {
  try {
    let samples: readonly Sample[] = known?.samples ?? [];
    let next = known?.next ?? 0;
    for (;;) {
      const more: Metrics = await component.readMetrics({ after: next, signal });
      if (more.samples.length === 0) return known?.next === next ? known : { samples, next };
      samples = [...samples, ...more.samples];
      ({ next } = more);
    }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return { samples: component.metrics ?? [], next: 0 };
  }
}

function Charts({
  samples,
  open,
}: {
  readonly samples: readonly Sample[];
  readonly open: boolean;
}): ReactNode {
  const charts = useMemo(() => chartsOf(samples), [samples]);
  const marks = useMemo(() => attemptsOf(samples), [samples]);
  if (charts.length === 0)
    return (
      <Empty title="Nothing has been measured">
        <p>
          {open
            ? 'The first sample comes about a second after it begins.'
            : 'It ended before it was measured, or took over earlier outputs.'}
        </p>
      </Empty>
    );
  return (
    <div className="charts">
      {charts.map((chart) => (
        <MetricChart key={chart.id} chart={chart} marks={marks} />
      ))}
    </div>
  );
}

function attemptsOf(samples: readonly Sample[]): readonly Mark[] {
  const marks: Mark[] = [];
  let last: number | undefined;
  for (const { attempt, date } of samples) {
    if (attempt === undefined || attempt === last || !date) continue;
    last = attempt;
    marks.push({ at: Date.parse(date) / 1000, label: `attempt ${attempt}` });
  }
  return marks;
}
