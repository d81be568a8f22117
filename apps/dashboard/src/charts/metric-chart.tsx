import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { binaryBytes as bytes } from '../format/number.ts';
import { formatSettings } from '../format/settings.ts';
import { clockTime } from '../format/time.ts';
import { useDark } from '../shell/theme.ts';
import { colourOf } from '../ui/colour-of.ts';
import type { Chart } from './series.ts';
import './charts.css';

const height = 150;
/** Moments at which an attempt began, in seconds since 1970. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** A series over time, drawn by uPlot. The pointer moves over all charts of a page together. */
export function MetricChart({
  chart,
  marks,
}: {
  readonly chart: Chart;
  readonly marks: readonly Mark[];
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const dark = useDark();
  const latest = useRef({ chart, marks });
  latest.current = { chart, marks };
  const shape = chart.series.map(({ name }) => name).join('\n');

  useEffect(() => {
    const node = place.current;
    if (!node) return undefined;
    const made = new UPlot(
      optionsOf(latest.current.chart, node.clientWidth, () => latest.current.marks),
      dataOf(latest.current.chart),
      node,
    );
    plot.current = made;
    showLast(made);
    const watch = new ResizeObserver(() => made.setSize({ width: node.clientWidth, height }));
    watch.observe(node);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, dark]);

  useEffect(() => {
    plot.current?.setData(dataOf(chart));
    if (plot.current) showLast(plot.current);
  }, [chart, marks]);

  return (
    <figure className="chart">
      <figcaption>
        <h3>{chart.title}</h3>
        <span className="small muted tabular">
          {chart.limit === null
            ? bytes(chart.peak)
            : `sampled peak ${bytes(chart.peak)} of ${bytes(chart.limit)}${
                chart.peak === null ? '' : ` (${Math.round((chart.peak / chart.limit) * 100)} %)`
              }`}
        </span>
      </figcaption>
      <div ref={place} role="img" aria-label={`${chart.title} over time, peak ${bytes(chart.peak)}`} />
    </figure>
  );
}

/** Without a pointer the legend tells the latest values, not dashes. */
function showLast(plot: UPlot): void {
  if ((plot.cursor.left ?? -1) < 0) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

/** Steps of an axis in bytes: powers of two, as memory is given out. */
const steps = Array.from({ length: 50 }, (_, i) => 2 ** i);

const dataOf = ({ times, series }: Chart): UPlot.AlignedData => [
  [...times],
  ...series.map(({ values }) => [...values]),
];

function optionsOf(chart: Chart, width: number, marks: () => readonly Mark[]): UPlot.Options {
  const ink = colourOf('--ink-3');
  const axis = { stroke: ink, grid: { stroke: colourOf('--line'), width: 1 }, ticks: { show: false } };
  const { timeZone } = formatSettings();
  return {
    width: Math.max(200, width),
    height,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), timeZone),
    cursor: { sync: { key: 'metrics' }, points: { size: 5 } },
    legend: { live: true },
    // Of a single sample the axis would span a year.
    scales: {
      x: {
        range: ({ data: [times] }, from, to) =>
          times.length < 2 ? [(times[0] ?? 0) - 1, (times[0] ?? 0) + 1] : [from, to],
      },
      y: { range: (_self, _minimum, maximum) => [0, Math.max(1, maximum) * 1.08] },
    },
    axes: [
      {
        ...axis,
        space: 80,
        size: 28,
        // Marks that are less than a second apart would all read the same.
        incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400],
        values: (_self, splits) =>
          splits.map((seconds) => clockTime(new Date(seconds * 1000)).replace(/\.\d+$/, '')),
      },
      { ...axis, size: 64, incrs: steps, values: (_self, splits) => splits.map((value) => bytes(value)) },
    ],
    series: [
      {
        label: 'Time',
        value: (_self, seconds) => (seconds === null ? '–' : clockTime(new Date(seconds * 1000))),
      },
      ...chart.series.map(({ name, colour, limit }) => ({
        label: name,
        stroke: colourOf(colour),
        width: limit ? 1 : 1.5,
        ...(limit ? { dash: [5, 4] } : { fill: colourOf(colour).replace(')', ' / 12%)') }),
        points: { show: chart.times.length < 3 },
        value: (_self: UPlot, value: number | null) => bytes(value),
      })),
    ],
    hooks: { draw: [(self) => drawMarks(self, marks(), ink)], setCursor: [showLast] },
  };
}

/** Where one attempt ends and the next begins. */
function drawMarks(self: UPlot, marks: readonly Mark[], ink: string): void {
  if (marks.length < 2) return;
  const { ctx, bbox } = self;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.setLineDash([2, 3]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  for (const { at, label } of marks) {
    const x = self.valToPos(at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(label, x + 4, bbox.top + 12 * devicePixelRatio);
  }
  ctx.restore();
}
