import { credits, moment, table } from '../../output/index.ts';
import type { Colours, Sink } from '../../output/index.ts';
import type { ProcessSummary } from './summary.ts';

export function present(sink: Sink, rows: readonly ProcessSummary[]): string {
  return table(sink, rows, [
    { title: 'NAME', value: ({ name }) => name, flexible: true },
    { title: 'LAST RUN', value: lastRunText, paint: (text, row) => paint(sink.colours, row, text) },
    { title: 'STARTED', value: ({ last_started_at: at }) => moment(at ?? undefined) },
    { title: 'RUNS', value: ({ executions }) => String(executions), right: true },
    { title: 'PRICE', value: ({ price }) => credits(price ?? undefined), right: true },
    { title: 'ID', value: ({ id }) => id, paint: (text) => sink.colours.dim(text) },
  ]);
}

/** How the last run of a process stands, in the words of `list`. */
export function lastRunText({
  state,
  progress,
  last_run_executions: count,
  last_run_failed: failed,
}: ProcessSummary): string {
  const slices = count > 1 ? ` (${failed > 0 ? `${failed} of ` : ''}${count} slices)` : '';
  return `${state}${state === 'running' ? ` ${progress} %` : ''}${slices}`;
}

function paint(colours: Colours, { state }: ProcessSummary, text: string): string {
  switch (state) {
    case 'succeeded':
      return colours.green(text);
    case 'failed':
      return colours.red(text);
    case 'running':
      return colours.cyan(text);
    case 'stopped':
      return colours.yellow(text);
    case 'waiting':
    case 'scheduled':
    case 'never run':
      return colours.dim(text);
  }
}
