import { acceptedFileTypes } from '@fusion-platform/contract';

import type { Manifest } from './manifest.ts';

/** Where an input of a component comes from. */
export type Source =
  | { readonly kind: 'user'; readonly ssdId: string; readonly input: number }
  | { readonly kind: 'output'; readonly chainIndex: number; readonly output: number };

export interface ChainComponent {
  readonly manifest: Manifest;
  /** Its outputs only feed others. */
  readonly intermediate: boolean;
  readonly inputs: readonly { readonly number: number; readonly from: Source }[];
}

/** The services of a chain, each after all that feed it. */
export type Chain = readonly ChainComponent[];

/** Chains that cannot be run; names every fault. */
export class ChainError extends Error {
  readonly chains: readonly BrokenChain[];

  constructor(chains: readonly BrokenChain[]) {
    const texts = chains.map(
      ({ service, faults }) => `The chain of "${service}" cannot be run: ${faults.join('; ')}`,
    );
    super(texts.join('\n'));
    this.name = 'ChainError';
    this.chains = chains;
  }
}

interface BrokenChain {
  readonly service: string;
  readonly faults: readonly string[];
}

interface Edge {
  readonly from: string;
  readonly output: number;
  readonly to: string;
  readonly input: number;
}

/**
 * Builds the chain of a service from its definition.
 * @param latest the latest version of each SSD
 * @throws ChainError
 */
export function buildChain(service: Manifest, latest: ReadonlyMap<string, Manifest>): Chain {
  const edges: Edge[] = service.definition.flatMap(({ ssd_id, output, linkages }) =>
    linkages.map((link) => ({ from: ssd_id, output, to: link.ssd_id, input: link.input })),
  );
  const members = new Map<string, Manifest>();
  const faults: string[] = [];
  for (const ssdId of new Set([...edges.flatMap(({ from, to }) => [from, to]), service.ssdId])) {
    // The chain is of this very version of the service; of the others the latest.
    const manifest = ssdId === service.ssdId ? service : latest.get(ssdId);
    if (manifest) members.set(ssdId, manifest);
    else faults.push(`there is no service with the SSD id ${ssdId}`);
  }
  const known = edges.filter(({ from, to }) => members.has(from) && members.has(to));
  faults.push(...linkFaults(known, members));
  const { order, circle } = sorted([...members.keys()], known);
  if (circle.length > 0)
    faults.push(
      `its services feed each other in a circle: ${circle.map((id) => `"${members.get(id)!.name}"`).join(', ')}`,
    );
  if (faults.length > 0) throw new ChainError([{ service: service.name, faults }]);

  return order.map((ssdId) => {
    const manifest = members.get(ssdId)!;
    return {
      manifest,
      intermediate: edges.some((edge) => edge.from === ssdId),
      inputs: manifest.inputs.map(({ number }) => {
        const edge = edges.find((candidate) => candidate.to === ssdId && candidate.input === number);
        const from: Source = edge
          ? { kind: 'output', chainIndex: order.indexOf(edge.from), output: edge.output }
          : { kind: 'user', ssdId, input: number };
        return { number, from };
      }),
    };
  });
}

function linkFaults(edges: readonly Edge[], members: ReadonlyMap<string, Manifest>): string[] {
  const fed = new Set<string>();
  return edges.flatMap(({ from, output, to, input }) => {
    const source = members.get(from)!;
    const target = members.get(to)!;
    const given = source.outputs.find(({ number }) => number === output);
    const wanted = target.inputs.find(({ number }) => number === input);
    const faults: string[] = [];
    if (!given) faults.push(`"${source.name}" has no output ${output}`);
    if (!wanted) faults.push(`"${target.name}" has no input ${input}`);
    if (given && wanted && !acceptedFileTypes(wanted.file_type).includes(given.file_type)) {
      faults.push(
        `output ${output} of "${source.name}" is ${given.file_type}, which input ${input} of "${target.name}" (${wanted.file_type}) does not take`,
      );
    }
    if (fed.has(`${to} ${input}`)) faults.push(`input ${input} of "${target.name}" is fed twice`);
    fed.add(`${to} ${input}`);
    return faults;
  });
}

/** Each after all that feed it, otherwise in the order in which they are named; and a circle that is in the way of that. */
function sorted(
  ssdIds: readonly string[],
  edges: readonly Edge[],
): { readonly order: readonly string[]; readonly circle: readonly string[] } {
  const order: string[] = [];
  const left = new Set(ssdIds);
  const feedsOf = (ssdId: string): string | undefined =>
    edges.find((edge) => edge.to === ssdId && left.has(edge.from))?.from;
  while (left.size > 0) {
    const next = [...left].find((ssdId) => feedsOf(ssdId) === undefined);
    if (next === undefined) return { order, circle: circleIn([...left][0]!, feedsOf) };
    order.push(next);
    left.delete(next);
  }
  return { order, circle: [] };
}

/** Goes from what is fed to what feeds it, where there always is one, until it comes round. */
function circleIn(start: string, feedsOf: (ssdId: string) => string | undefined): readonly string[] {
  const path: string[] = [];
  let at: string | undefined = start;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = feedsOf(at);
  }
  if (at === undefined) return path;
  const [first, ...rest] = path.slice(path.indexOf(at));
  return [first!, ...rest.toReversed()];
}
