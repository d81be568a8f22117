import type { Process } from 'fusion-platform';
import { isMasked, optionFaults } from 'fusion-platform/option-faults';

import { usageError } from '../../errors/index.ts';

type Options = Readonly<Record<string, unknown>>;

interface Given {
  readonly options: Options;
  readonly dispatchers: readonly { readonly options: Options }[];
}

/**
 * Refuses values of options that the platform would refuse, by its own rules and in its words, before anything is uploaded.
 * Only what was given is judged here: the platform knows its own defaults.
 * @throws CliError
 */
export function refuseWrongOptions(process: Process, { options, dispatchers }: Given, next?: string): void {
  const faults = [
    ...faultsOf(process.options, options),
    // What dispatchers lack is judged when the process is to run.
    ...dispatchers.flatMap((one, i) =>
      faultsOf(
        (process.dispatchers[i]?.options ?? []).map((option) => ({ ...option, required: false })),
        one.options,
      ),
    ),
  ];
  if (faults.length > 0) throw usageError(faults.join('; '), next);
}

const faultsOf = (held: Process['options'], given: Options): readonly string[] =>
  optionFaults(held)
    .filter(({ name }) => Object.hasOwn(given, name) && !isMasked(given[name]))
    .map(({ message }) => message);
