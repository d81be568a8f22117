import type { RunExecution } from 'fusion-platform';

import { stateOfCounts } from '../platform/runs-of-processes.ts';
import { asState } from '../platform/states.ts';
import type { State } from '../platform/states.ts';

type Component = RunExecution['components'][number];

/** A link of the chain: one component, or the same component of all slices. */
export interface GraphNode {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly state: State;
  readonly counts: Readonly<Record<State, number>>;
  readonly components: readonly Component[];
  /** In per cent, the mean of all. */
  readonly progress: number;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** The chain of a run, with all slices of a link in one node: 1,000 slices are as many nodes as one. */
export function graphOf(executions: readonly RunExecution[]): Graph {
  const byNode = new Map<string, { readonly role: string; readonly components: Component[] }>();
  const edges = new Map<string, readonly [string, string]>();
  for (const execution of executions) {
    // Each aggregator of a group is a chain of its own.
    const chain = execution.role === 'aggregator' ? `aggregator ${execution.group_index}` : 'chain';
    for (const component of execution.components) {
      const id = `${chain}/${component.chain_index}`;
      const known = byNode.get(id) ?? { role: execution.role, components: [] };
      known.components.push(component);
      byNode.set(id, known);
      for (const before of component.after) edges.set(`${chain}/${before} ${id}`, [`${chain}/${before}`, id]);
    }
  }
  const nodes = [...byNode].map(([id, { role, components }]) => nodeOf(id, role, components));
  for (const edge of gathering(nodes)) edges.set(edge.join(' '), edge);
  return { nodes, edges: [...edges.values()] };
}

function nodeOf(id: string, role: string, components: readonly Component[]): GraphNode {
  const counts: Record<State, number> = { waiting: 0, running: 0, succeeded: 0, failed: 0, stopped: 0 };
  for (const component of components) counts[asState(component.state)] += 1;
  const done = components.reduce(
    (sum, { state, progress }) => sum + (state === 'succeeded' ? 100 : progress),
    0,
  );
  return {
    id,
    name: components[0]!.name,
    role,
    counts,
    components,
    state: stateOfCounts(counts, components.length),
    progress: done / components.length,
  };
}

/** An aggregator takes what the last links of the slices make. */
function gathering(nodes: readonly GraphNode[]): readonly (readonly [string, string])[] {
  const last = nodes.filter(({ role, components }) => role === 'slice' && !components[0]!.intermediate);
  const first = nodes.filter(
    ({ role, components }) => role === 'aggregator' && components[0]!.chain_index === 0,
  );
  return first.flatMap((to) => last.map((from) => [from.id, to.id] as const));
}
