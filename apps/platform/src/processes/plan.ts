import { readOption } from '@fusion-platform/contract/options';
import type { Geometry } from 'geojson';

import type { Aggregation, Chain, Manifest } from '../catalogue/index.ts';
import { regionTypes } from '../data/index.ts';
import { namesOf } from './names.ts';
import type { ReadOption } from './names.ts';
import type { Assessment } from './assess.ts';
import type { OpenInput, PlannedService, ProcessOption } from './parts.ts';
import { priceOf } from './price.ts';
import type { PlannedDispatcher } from './dispatchers.ts';

/** One component of a run, as the engine takes it. */
export interface Planned extends PlannedService {
  readonly intermediate: boolean;
  readonly inputs: readonly {
    readonly number: number;
    readonly fileType: string;
    readonly title: string | null;
    readonly from:
      | { readonly kind: 'data'; readonly dataId: string | null }
      | { readonly kind: 'output'; readonly chainIndex: number; readonly output: number };
  }[];
  readonly outputs: readonly {
    readonly number: number;
    readonly name: string;
    readonly file_type: string;
    readonly optional: boolean;
  }[];
  /** What its service charges for the whole region: exact decimal text. */
  readonly price: string;
}

/** An execution over the outputs of all slices: of one component, whose inputs each gather an output of a component. */
export interface PlannedAggregation extends Omit<Planned, 'inputs' | 'intermediate'> {
  readonly inputs: readonly {
    readonly number: number;
    readonly fileType: string;
    readonly title: string | null;
    readonly chainIndex: number;
    readonly output: number;
  }[];
}

export interface Plan {
  readonly options: ProcessOption[];
  /** In chain order. */
  readonly components: readonly Planned[];
  /** The data item that is the region; null when no input is one. */
  readonly regionDataId: string | null;
  /** What each execution works on; null when the region is not cut. */
  readonly slices: readonly Geometry[] | null;
  /** None unless the region is cut. */
  readonly aggregations: readonly PlannedAggregation[];
  readonly dispatchers: readonly PlannedDispatcher[];
  readonly reuse: boolean;
}

/** What each execution of a run of an assessed process consists of. */
export function componentsOf(chain: Chain, { inputs, read, prices, outputs }: Assessment): Planned[] {
  return chain.map(({ manifest, intermediate, inputs: sources }, index) => ({
    ...partsOf(
      manifest,
      read.filter(({ option }) => option.ssd_id === manifest.ssdId),
    ),
    intermediate,
    outputs: outputsOf(outputs[index] ?? manifest.outputs),
    price: prices[index] ?? '0',
    inputs: sources.map(({ number, from }) => ({
      ...declared(manifest, number),
      from:
        from.kind === 'output'
          ? from
          : { kind: 'data' as const, dataId: dataOf(inputs, from.ssdId, from.input) },
    })),
  }));
}

/** The executions that put slices together. @throws ExpressionError for a charge that cannot be worked out */
export function aggregationsOf(
  chain: Chain,
  aggregations: readonly Aggregation[],
  { read, chosen }: Assessment,
  organisationId: string,
): PlannedAggregation[] {
  return aggregations.map(({ manifest, inputs, options }) => {
    const own = manifest.options.map((option): ReadOption => {
      const set = {
        ...option,
        ssd_id: manifest.ssdId,
        value: options[option.name] ?? option.value,
      } as ProcessOption;
      const judged = readOption(set);
      return { option: set, value: 'value' in judged ? judged.value : null };
    });
    return {
      ...partsOf(manifest, own),
      outputs: outputsOf(manifest.outputs),
      price: priceOf(manifest, namesOf(manifest.ssdId, [...read, ...own], chosen), organisationId).toFixed(),
      inputs: inputs.map(({ number, ssdId, output }) => ({
        ...declared(manifest, number),
        chainIndex: chain.findIndex((component) => component.manifest.ssdId === ssdId),
        output,
      })),
    };
  });
}

function partsOf(manifest: Manifest, own: readonly ReadOption[]) {
  return {
    serviceId: manifest.serviceId,
    ssdId: manifest.ssdId,
    imageId: manifest.imageId,
    name: manifest.component_name ?? manifest.name,
    resources: manifest.resources,
    jobOptions: Object.fromEntries(own.map(({ option, value }) => [option.name, value])),
    options: own.map(({ option: { name, value, data_type, validation } }) => ({
      name,
      value: value ?? null,
      data_type,
      validation: validation ?? null,
    })),
  };
}

function outputsOf(outputs: Manifest['outputs']): Planned['outputs'] {
  return outputs.map(({ number, name, file_type, optional }) => ({ number, name, file_type, optional }));
}

function declared(manifest: Manifest, number: number) {
  const input = manifest.inputs.find((candidate) => candidate.number === number);
  return { number, fileType: input?.file_type ?? 'Other', title: input?.title ?? null };
}

function dataOf(inputs: readonly OpenInput[], ssdId: string, number: number): string | null {
  return inputs.find((input) => input.ssd_id === ssdId && input.input === number)?.id ?? null;
}

/** The region is the first vector input that a user gives. */
export function regionOf(inputs: readonly OpenInput[]): string | null {
  return inputs.find(({ file_type, id }) => regionTypes.has(file_type) && id !== undefined)?.id ?? null;
}
