import { Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { sql } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';

/** The metrics of the engine, which can be made before there is a registry for them. */
export interface EngineMetrics {
  readonly ended: (component: {
    readonly service: string;
    readonly result: string;
    readonly seconds: number;
  }) => void;
  readonly register: (registry: Registry) => void;
}

export function createEngineMetrics(queries: Queries): EngineMetrics {
  const runtime = new Histogram({
    name: 'fusion_component_runtime_seconds',
    help: 'How long components ran, by service and result; those that this platform ran',
    labelNames: ['service', 'result'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400],
    registers: [],
  });
  const gauge = (name: string, help: string, statement: ReturnType<typeof sql>) => {
    const made: Gauge = new Gauge({
      name,
      help,
      labelNames: ['state'],
      registers: [],
      collect: async () => {
        made.reset();
        for (const { state, count } of await selectRows<{ state: string; count: number }>(queries, statement))
          made.set({ state }, count);
      },
    });
    return made;
  };
  const all = [
    runtime,
    gauge(
      'fusion_components',
      'Components by state, on all platforms that share the database',
      sql`select state, count(*)::int as count from process_service_executions group by state`,
    ),
    gauge(
      'fusion_executions',
      'Executions by state, on all platforms that share the database',
      sql`select case when state = 'succeeded' then 'success' when state in ('failed', 'stopped') then state else 'executing' end as state,
        count(*)::int as count from process_executions group by 1`,
    ),
  ];
  return {
    ended: ({ service, result, seconds }) => runtime.observe({ service, result }, seconds),
    register: (registry) => {
      for (const metric of all) registry.registerMetric(metric);
    },
  };
}
