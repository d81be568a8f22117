import { readValidation } from '@fusion-platform/contract/options';

import type { Chain } from '../catalogue/index.ts';
import type { OpenInput, ProcessOption } from './parts.ts';

/** The inputs of a chain that users give data to, in chain order. */
export function inputsOf(chain: Chain): OpenInput[] {
  return chain.flatMap(({ manifest, inputs }) =>
    inputs.flatMap(({ number, from }) => {
      const declared = manifest.inputs.find((input) => input.number === number);
      if (from.kind !== 'user' || !declared) return [];
      const { file_type, resolution, selectors, title, description } = declared;
      return {
        ssd_id: manifest.ssdId,
        input: number,
        file_type,
        resolution,
        selectors,
        model: 'Data',
        change_trigger: false,
        change_hash: null,
        title,
        description,
        name: null,
      };
    }),
  );
}

/** The options of all services of a chain, in chain order, with their defaults. */
export function optionsOf(chain: Chain): ProcessOption[] {
  return chain.flatMap(({ manifest }) =>
    manifest.options.map((option) => {
      const { values = null, names = null } =
        option.data_type === 'constrained' ? readValidation(option.validation) : {};
      return {
        ssd_id: manifest.ssdId,
        name: option.name,
        value: option.value,
        required: option.required,
        data_type: option.data_type,
        validation: option.validation,
        mutually_exclusive: option.mutually_exclusive,
        advanced: option.advanced,
        title: option.title,
        description: option.description,
        constrained_names: names ? [...names] : values ? [...values] : null,
        constrained_values: values ? [...values] : null,
      };
    }),
  );
}
