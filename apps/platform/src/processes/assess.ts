import { acceptedFileTypes } from '@fusion-platform/contract';
import { isEmpty, judgeOptions, readOption } from '@fusion-platform/contract/options';
import type { FieldIssue, FileType, Process } from '@fusion-platform/contract';
import type { Chain, Manifest } from '../catalogue/index.ts';
import type { DataDescription } from '../data/index.ts';
import { evaluate, ExpressionError, holds } from './expressions.ts';
import { namesOf } from './names.ts';
import type { ReadOption } from './names.ts';
import type { OpenInput, ProcessOption } from './parts.ts';
import { priceOf } from './price.ts';
import { inputsOf, optionsOf } from './template.ts';

/** What a process is to be made of, as it came. */
export interface Wanted {
  readonly inputs?: Process['inputs'] | undefined;
  readonly options?: Process['options'] | undefined;
}

export interface Assessment {
  readonly inputs: readonly OpenInput[];
  readonly options: readonly ProcessOption[];
  readonly read: readonly ReadOption[];
  /** What each service of the chain charges, in chain order: exact decimal texts; only of use without issues. */
  readonly prices: readonly string[];
  /** What each service of the chain makes with these options, in chain order; without issues only what it makes. */
  readonly outputs: readonly Manifest['outputs'][];
  /** The data of the inputs, in their order. */
  readonly chosen: readonly (DataDescription | undefined)[];
  /** Everything that keeps it from being run. */
  readonly issues: readonly FieldIssue[];
}

type DataById = ReadonlyMap<string, DataDescription>;

/**
 * Judges what a process is to be made of against its chain: types, validations, data, expressions, and its price.
 * What the chain does not know is an issue; what a caller cannot set, such as a title, is taken from the chain.
 */
export function assess(chain: Chain, wanted: Wanted, data: DataById, organisationId: string): Assessment {
  const issues: FieldIssue[] = [];
  const options = chooseOptions(chain, wanted.options ?? [], issues);
  let read = readOptions(options, issues);
  const given = followInputExpressions(chain, wanted.inputs ?? [], read, data, issues);
  const inputs = chooseInputs(chain, given, data, issues);
  const chosen = inputs.map(({ id }) => (id === undefined ? undefined : data.get(id)));
  const prices: string[] = [];
  let outputs = chain.map(({ manifest }) => manifest.outputs);
  if (issues.length === 0) {
    try {
      read = applyExpressions(chain, read, chosen);
      for (const [index, { manifest }] of chain.entries()) {
        const names = namesOf(manifest.ssdId, read, chosen);
        for (const { expression, message } of manifest.option_validations)
          if (!holds(expression, names)) issues.push({ path: 'options', message });
        for (const { expression, message } of manifest.input_validations)
          if (!holds(expression, names)) issues.push({ path: 'inputs', message });
        prices.push(priceOf(chain[index]!.manifest, names, organisationId).toFixed());
      }
      outputs = chain.map(({ manifest }) => {
        const names = namesOf(manifest.ssdId, read, chosen);
        return manifest.outputs.filter(({ when }) => when === null || holds(when, names));
      });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      issues.push({ path: 'service_id', message: error.message });
    }
  }
  return { inputs, options: read.map(({ option }) => option), read, prices, outputs, chosen, issues };
}

/** Inputs that are set from other inputs, where the expression of the service says so. */
function followInputExpressions(
  chain: Chain,
  wanted: NonNullable<Process['inputs']>,
  read: readonly ReadOption[],
  data: DataById,
  issues: FieldIssue[],
): NonNullable<Process['inputs']> {
  const known = inputsOf(chain);
  const current = [...wanted];
  const at = (ssdId: string, input: number): number =>
    current.findIndex((one) => one.ssd_id === ssdId && one.input === input);
  for (const { manifest } of chain) {
    for (const rule of manifest.input_expressions) {
      const source = current[at(rule.rhs_ssd_id, rule.rhs_input)];
      const target = known.find(
        ({ ssd_id, input }) => ssd_id === rule.lhs_ssd_id && input === rule.lhs_input,
      );
      if (!source?.id || !target) continue;
      const chosen = known.map(({ ssd_id, input }) => {
        const id = current[at(ssd_id, input)]?.id;
        return id ? data.get(id) : undefined;
      });
      try {
        if (!holds(rule.expression, namesOf(manifest.ssdId, read, chosen))) continue;
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        issues.push({ path: 'service_id', message: error.message });
        continue;
      }
      const set = { ...target, id: source.id };
      const place = at(rule.lhs_ssd_id, rule.lhs_input);
      if (place === -1) current.push(set);
      else current[place] = set;
    }
  }
  return current;
}

function chooseInputs(
  chain: Chain,
  wanted: NonNullable<Process['inputs']>,
  data: DataById,
  issues: FieldIssue[],
): OpenInput[] {
  const inputs = inputsOf(chain);
  for (const [index, { ssd_id, input }] of wanted.entries())
    if (!inputs.some((known) => known.ssd_id === ssd_id && known.input === input))
      issues.push({
        path: `inputs[${index}]`,
        message: `the service has no input ${input} of SSD ${ssd_id}`,
      });
  return inputs.map((input, index) => {
    const given = wanted.find((one) => one.ssd_id === input.ssd_id && one.input === input.input);
    const path = `inputs[${index}].id`;
    if (!given?.id) {
      issues.push({ path, message: `input ${index + 1} (${input.title ?? input.file_type}) needs data` });
      return input;
    }
    const item = data.get(given.id);
    const fault = faultOf(input, given.id, item);
    if (fault) issues.push({ path, message: fault });
    return {
      ...input,
      id: given.id,
      change_trigger: given.change_trigger,
      change_hash: given.change_hash,
      name: item?.name ?? null,
    };
  });
}

function faultOf(input: OpenInput, id: string, item: DataDescription | undefined): string | undefined {
  if (!item) return `there is no data item ${id} in this organisation`;
  if (item.error) return `"${item.name}" cannot be used: ${item.error.file}: ${item.error.reason}`;
  if (item.unfulfilled) return `"${item.name}" is the output of a run that has not succeeded`;
  if (item.files === 0) return `"${item.name}" has no files`;
  if (!item.ready) return `"${item.name}" is not analysed yet: try again in a moment`;
  const accepted = acceptedFileTypes(input.file_type as FileType);
  if (item.fileType && !accepted.includes(item.fileType))
    return `"${item.name}" is ${item.fileType}; this takes ${accepted.join(', ')}`;
  const missing = (input.selectors ?? []).filter(({ selector }) => !item.selectors.includes(selector));
  if (missing.length > 0)
    return `"${item.name}" lacks ${missing.map(({ selector }) => `"${selector}"`).join(', ')}`;
  return undefined;
}

function chooseOptions(
  chain: Chain,
  wanted: NonNullable<Process['options']>,
  issues: FieldIssue[],
): ProcessOption[] {
  const options = optionsOf(chain);
  for (const [index, { ssd_id, name }] of wanted.entries())
    if (!options.some((known) => known.ssd_id === ssd_id && known.name === name))
      issues.push({ path: `options[${index}].name`, message: `the service has no option "${name}"` });
  return options.map((option) => {
    const given = wanted.find((one) => one.ssd_id === option.ssd_id && one.name === option.name);
    return given ? { ...option, value: isEmpty(given.value) ? null : given.value } : option;
  });
}

function readOptions(options: readonly ProcessOption[], issues: FieldIssue[]): ReadOption[] {
  return judgeOptions(options).map(({ option, value, fault }, index) => {
    if (fault !== undefined) issues.push({ path: `options[${index}].value`, message: fault });
    return { option, value };
  });
}

/** Options that are worked out from others, in the order in which they are written. */
function applyExpressions(
  chain: Chain,
  read: readonly ReadOption[],
  inputs: readonly (DataDescription | undefined)[],
): ReadOption[] {
  const current = [...read];
  for (const { manifest } of chain) {
    for (const { lhs_ssd_id, lhs_name, expression } of manifest.option_expressions) {
      const at = current.findIndex(({ option }) => option.ssd_id === lhs_ssd_id && option.name === lhs_name);
      const target = current[at];
      if (!target) continue;
      const value = evaluate(expression, namesOf(manifest.ssdId, current, inputs));
      const text = value === null ? null : String(value);
      const option = { ...target.option, value: text };
      const judged = readOption(option);
      if ('fault' in judged) throw new ExpressionError(expression, `${lhs_name}: ${judged.fault}`, undefined);
      current[at] = { option, value: judged.value };
    }
  }
  return current;
}
