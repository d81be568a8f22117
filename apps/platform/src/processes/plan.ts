import type { Chain } from '../catalogue/index.ts';
import type { Assessment } from './assess.ts';
import type { OpenInput, ProcessOption, TypedValue } from './parts.ts';

/** One component of a run, as the engine takes it. */
interface Planned {
  readonly serviceId: string;
  readonly ssdId: string;
  readonly imageId: string;
  readonly name: string;
  readonly intermediate: boolean;
  readonly resources: { readonly cpu: number; readonly memoryMb: number; readonly storageGb: number };
  readonly jobOptions: Readonly<Record<string, TypedValue>>;
  readonly options: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly data_type: string;
    readonly validation: string | null;
  }[];
  readonly inputs: readonly {
    readonly number: number;
    readonly fileType: string;
    readonly title: string | null;
    readonly from:
      | { readonly kind: 'data'; readonly dataId: string | null }
      | { readonly kind: 'output'; readonly chainIndex: number; readonly output: number };
  }[];
  readonly outputs: readonly { readonly number: number; readonly name: string; readonly file_type: string }[];
}

export interface Plan {
  readonly price: string;
  readonly options: ProcessOption[];
  /** In chain order. */
  readonly components: readonly Planned[];
}

/** What a run of an assessed process consists of. */
export function planOf(chain: Chain, { inputs, options, read, price }: Assessment): Plan {
  return {
    price,
    options: [...options],
    components: chain.map(({ manifest, intermediate, inputs: sources }) => {
      const own = read.filter(({ option }) => option.ssd_id === manifest.ssdId);
      return {
        serviceId: manifest.serviceId,
        ssdId: manifest.ssdId,
        imageId: manifest.imageId,
        name: manifest.component_name ?? manifest.name,
        intermediate,
        resources: manifest.resources,
        jobOptions: Object.fromEntries(own.map(({ option, value }) => [option.name, value])),
        options: own.map(({ option: { name, value, data_type, validation } }) => ({
          name,
          value: value ?? null,
          data_type,
          validation: validation ?? null,
        })),
        inputs: sources.map(({ number, from }) => {
          const declared = manifest.inputs.find((input) => input.number === number);
          return {
            number,
            fileType: declared?.file_type ?? 'Other',
            title: declared?.title ?? null,
            from:
              from.kind === 'output'
                ? from
                : { kind: 'data' as const, dataId: dataOf(inputs, from.ssdId, from.input) },
          };
        }),
        outputs: manifest.outputs.map(({ number, name, file_type }) => ({ number, name, file_type })),
      };
    }),
  };
}

function dataOf(inputs: readonly OpenInput[], ssdId: string, number: number): string | null {
  return inputs.find((input) => input.ssd_id === ssdId && input.input === number)?.id ?? null;
}
