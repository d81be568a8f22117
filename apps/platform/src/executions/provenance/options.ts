import { withoutSecrets } from '../../processes/index.ts';
import { name, uuid } from './document.ts';
import type { Attributes, Draft } from './document.ts';
import type { Facts } from './facts.ts';

/** The options that a component ran with, as one entity; secrets are covered, those without a value are named. */
export function describeOptions(draft: Draft, { component }: Facts): void {
  const options = withoutSecrets(component.options);
  if (options.length === 0) return;
  const id = draft.thing('entity', `options:${component.id}`, {
    'prov:type': name('fusion:Options'),
    'prov:label': `Options of ${component.name}`,
    ...Object.fromEntries(
      options.map(({ name: option, value, data_type }) => [
        `option:${option}`,
        typed(value ?? null, data_type),
      ]),
    ),
    'fusion:without_value': options.flatMap(({ name: option, value }) =>
      (value ?? null) === null ? [option] : [],
    ),
  });
  draft.relate('used', {
    'prov:activity': uuid(component.id),
    'prov:entity': id,
    'prov:role': name('fusion:options'),
  });
}

function typed(value: string | null, dataType: string): Attributes[string] {
  if (value === null) return null;
  if ((dataType === 'numeric' || dataType === 'currency') && Number.isFinite(Number(value)))
    return { $: value.trim(), type: 'xsd:double' };
  const truth = value.toLowerCase();
  if (dataType === 'boolean' && (truth === 'true' || truth === 'false')) return truth === 'true';
  return value;
}
