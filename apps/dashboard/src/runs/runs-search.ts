import { states } from '../platform/states.ts';
import type { State } from '../platform/states.ts';

export type RunsSort = 'started' | 'duration' | 'cost' | 'name';
const sorts: readonly RunsSort[] = ['started', 'duration', 'cost', 'name'];

/** What the list of runs keeps in its address. */
export interface RunsSearch {
  readonly state?: readonly State[];
  readonly q?: string;
  readonly process?: string;
  readonly sort?: RunsSort;
  readonly up?: true;
  readonly limit?: number;
}

export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const list = Array.isArray(search['state']) ? (search['state'] as unknown[]) : [search['state']];
  const wanted = states.filter((state) => list.includes(state));
  const sort = sorts.find((name) => name === search['sort']);
  const limit = Number(search['limit']);
  const text = (name: string): string | undefined =>
    typeof search[name] === 'string' || typeof search[name] === 'number' ? String(search[name]) : undefined;
  return {
    ...(wanted.length > 0 ? { state: wanted } : {}),
    ...(text('q') ? { q: text('q')! } : {}),
    ...(text('process') ? { process: text('process')! } : {}),
    ...(sort && sort !== 'started' ? { sort } : {}),
    ...(search['up'] === true ? { up: true as const } : {}),
    ...(Number.isInteger(limit) && limit > 50 && limit <= 1000 ? { limit } : {}),
  };
}
