import { acceptedFileTypes } from '@fusion-platform/contract';

import type { Chain } from './chain.ts';
import type { Manifest } from './manifest.ts';

/** What puts the outputs of all slices of a group together: one execution more. */
export interface Aggregation {
  readonly manifest: Manifest;
  /** Which outputs of the slices each of its inputs gathers. */
  readonly inputs: readonly {
    readonly number: number;
    readonly ssdId: string;
    readonly output: number;
  }[];
  /** Options that it is given instead of its own. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The aggregators of a service, in the order in which they are named. Entries for the same aggregator make one: their
 * outputs feed its inputs one after the other.
 * @param latest the latest version of each SSD
 * @returns the aggregations, and what is wrong with them
 */
export function aggregationsOf(
  service: Manifest,
  chain: Chain,
  latest: ReadonlyMap<string, Manifest>,
): { readonly aggregations: readonly Aggregation[]; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const aggregations: Aggregation[] = [];
  for (const ssdId of new Set(service.group_aggregators.map((entry) => entry.aggregator_ssd_id))) {
    const manifest = latest.get(ssdId);
    if (!manifest) {
      faults.push(`there is no aggregator with the SSD id ${ssdId}`);
      continue;
    }
    const entries = service.group_aggregators.filter((entry) => entry.aggregator_ssd_id === ssdId);
    const inputs = entries
      .flatMap(({ output_ssd_id, outputs }) => outputs.map((output) => ({ ssdId: output_ssd_id, output })))
      .map((source, index) => ({ number: manifest.inputs[index]?.number ?? index + 1, ...source }));
    faults.push(...inputFaults(manifest, inputs, chain));
    const options = Object.fromEntries(
      entries.flatMap((entry) => (entry.options ?? []).map(({ name, value }) => [name, value])),
    );
    for (const name of Object.keys(options))
      if (!manifest.options.some((option) => option.name === name))
        faults.push(`the aggregator "${manifest.name}" has no option "${name}"`);
    aggregations.push({ manifest, inputs, options });
  }
  return { aggregations, faults };
}

function inputFaults(aggregator: Manifest, inputs: Aggregation['inputs'], chain: Chain): string[] {
  const faults: string[] = [];
  if (inputs.length !== aggregator.inputs.length)
    faults.push(
      `the aggregator "${aggregator.name}" has ${aggregator.inputs.length} inputs, and is given ${inputs.length}`,
    );
  for (const { number, ssdId, output } of inputs) {
    const source = chain.find(({ manifest }) => manifest.ssdId === ssdId)?.manifest;
    if (!source) {
      faults.push(
        `the aggregator "${aggregator.name}" takes from the SSD ${ssdId}, which is not in the chain`,
      );
      continue;
    }
    const given = source.outputs.find((candidate) => candidate.number === output);
    const wanted = aggregator.inputs.find((candidate) => candidate.number === number);
    if (!given)
      faults.push(`"${source.name}" has no output ${output} for the aggregator "${aggregator.name}"`);
    else if (wanted && !acceptedFileTypes(wanted.file_type).includes(given.file_type))
      faults.push(
        `output ${output} of "${source.name}" is ${given.file_type}, which input ${number} of the aggregator "${aggregator.name}" (${wanted.file_type}) does not take`,
      );
  }
  return faults;
}
