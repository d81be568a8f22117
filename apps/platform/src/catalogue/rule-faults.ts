import { Monty, MontyError } from '@pydantic/monty';

import type { Chain } from './chain.ts';
import type { Manifest } from './manifest.ts';

/** Ample for an expression over defaults; what takes longer is judged when a process is made. */
const limits = {
  maxDurationSecs: 0.05,
  maxMemory: 8 * 1024 * 1024,
  maxAllocations: 100_000,
  maxRecursionDepth: 50,
};

/**
 * What is wrong with the expressions of a service, by field, as far as it shows without a process: what is no Python, what
 * names something that there is not, and what is to set an option or an input that is not in the chain. Otherwise it would
 * be the service's users who are told.
 */
export function ruleFaults(manifest: Manifest, chain: Chain): string[] {
  // What only runs within the chains of others may name their options.
  const names = manifest.published ? namesIn(chain) : null;
  const judged = expressionsOf(manifest).flatMap(([field, expression]) => {
    const fault = faultOf(expression, ownNames.test(field) ? null : names);
    return fault === undefined ? [] : [`${field}: the expression ${JSON.stringify(expression)}: ${fault}`];
  });
  return [...judged, ...targetFaults(manifest, chain)];
}

/** The expressions that name other things than options and inputs. */
const ownNames = /^(condition|actions\.)/;

function expressionsOf(manifest: Manifest): [field: string, expression: string][] {
  const listed = (
    ['option_validations', 'input_validations', 'option_expressions', 'input_expressions'] as const
  ).flatMap((field) =>
    manifest[field].map(({ expression }, index): [string, string] => [
      `${field}.${index}.expression`,
      expression,
    ]),
  );
  const single: [string, string | null][] = [
    ['charge_expression_platform', manifest.charge_expression_platform],
    ['charge_expression_owner', manifest.charge_expression_owner],
    ...manifest.organisation_charge_expressions.flatMap(
      ({ platform, owner }, index): [string, string | null][] => [
        [`organisation_charge_expressions.${index}.platform`, platform],
        [`organisation_charge_expressions.${index}.owner`, owner],
      ],
    ),
    ['condition', manifest.condition],
    ...manifest.actions.flatMap(({ values }, action) =>
      values.map(({ expression }, index): [string, string | null] => [
        `actions.${action}.values.${index}.expression`,
        expression,
      ]),
    ),
  ];
  return [...listed, ...single.flatMap(([field, text]): [string, string][] => (text ? [[field, text]] : []))];
}

/** Everything that the expressions of a chain can name, with no value: what happens then is of no account. */
function namesIn(chain: Chain): Record<string, null> {
  const options = chain.flatMap(({ manifest }) => manifest.options.map(({ name }) => name));
  const given = chain.flatMap(({ inputs }) => inputs.filter(({ from }) => from.kind === 'user'));
  const inputs = given.flatMap((_, index) =>
    ['area', 'area_km2', 'length', 'size', 'files', 'polygons'].map((what) => `input_${index + 1}_${what}`),
  );
  return Object.fromEntries(['inputs', ...inputs, ...options].map((name) => [name, null]));
}

/** @param names none when the names are not known beforehand */
function faultOf(expression: string, names: Record<string, null> | null): string | undefined {
  try {
    const program = new Monty(`(${expression}\n)`, { inputs: Object.keys(names ?? {}) });
    if (names) program.run({ inputs: names, limits });
    return undefined;
  } catch (error) {
    if (!(error instanceof MontyError)) throw error;
    const said = error.display('type-msg').split('\n')[0] ?? '';
    return /^(SyntaxError|NameError)\b/.test(said) ? said : undefined;
  }
}

function targetFaults(manifest: Manifest, chain: Chain): string[] {
  const memberOf = (ssdId: string) => chain.find((component) => component.manifest.ssdId === ssdId);
  const inputFault = (ssdId: string, number: number): string | undefined => {
    const input = memberOf(ssdId)?.inputs.find((candidate) => candidate.number === number);
    if (!input) return `the chain has no input ${number} of the SSD ${ssdId}`;
    return input.from.kind === 'user'
      ? undefined
      : `input ${number} of the SSD ${ssdId} is fed by another service of the chain`;
  };
  const options = manifest.option_expressions.flatMap(({ lhs_ssd_id, lhs_name }, index) =>
    memberOf(lhs_ssd_id)?.manifest.options.some(({ name }) => name === lhs_name)
      ? []
      : [`option_expressions.${index}: the chain has no option "${lhs_name}" of the SSD ${lhs_ssd_id}`],
  );
  const inputs = manifest.input_expressions.flatMap((rule, index) =>
    [inputFault(rule.lhs_ssd_id, rule.lhs_input), inputFault(rule.rhs_ssd_id, rule.rhs_input)].flatMap(
      (fault) => (fault === undefined ? [] : [`input_expressions.${index}: ${fault}`]),
    ),
  );
  return [...options, ...inputs];
}
