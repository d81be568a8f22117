import { randomUUID } from 'node:crypto';

import type { FieldIssue } from '@fusion-platform/contract';
import { readOption } from '@fusion-platform/contract/options';
import type { TypedValue } from '@fusion-platform/contract/options';

import type { Manifest } from '../catalogue/index.ts';
import type { DataDescription } from '../data/index.ts';
import { ExpressionError, holds } from './expressions.ts';
import { namesOf } from './names.ts';
import type { ReadOption } from './names.ts';
import type { PlannedService, ProcessDispatcher, ProcessOption } from './parts.ts';
import { priceOf } from './price.ts';
import { optionsOf } from './template.ts';

/** What sends outputs, as the engine takes it. */
export interface PlannedDispatcher extends PlannedService {
  readonly intermediateToo: boolean;
  readonly condition: string | null;
  /** What its service charges for one run of the process, whatever it sends in it: exact decimal text. */
  readonly price: string;
}

/** Whether a dispatcher sends what a component makes: results, and what lies between where it is asked to. */
export function isDispatched(
  { intermediateToo }: Pick<PlannedDispatcher, 'intermediateToo'>,
  {
    intermediate = false,
    outputs,
  }: { readonly intermediate?: boolean; readonly outputs: readonly unknown[] },
): boolean {
  return (intermediateToo || !intermediate) && outputs.length > 0;
}

/** What the dispatchers of a process see of the rest of it, to work out what they charge. */
export interface Charging {
  readonly read: readonly ReadOption[];
  readonly chosen: readonly (DataDescription | undefined)[];
  readonly organisationId: string;
}

/** The dispatchers that can be added to a process, with the defaults of their options. */
export function availableDispatchers(manifests: readonly Manifest[]): ProcessDispatcher[] {
  return manifests.map((manifest) => ({
    ssd_id: manifest.ssdId,
    name: manifest.name,
    dispatch_intermediate: false,
    documentation_summary: manifest.documentation.summary,
    documentation_description: manifest.documentation.description,
    options: ownOptions(manifest),
  }));
}

const ownOptions = (manifest: Manifest): ProcessOption[] =>
  optionsOf([{ manifest, intermediate: false, inputs: [] }]);

interface Judging {
  readonly issues: FieldIssue[];
  /** Whether the process is to run now. */
  readonly complete: boolean;
  readonly charging: Charging;
}

/**
 * Judges the dispatchers of a process, and completes them with what their services say. What an option needs is judged when
 * the process is to run: clients add a dispatcher first, and set its options one by one.
 */
export function chooseDispatchers(
  manifests: readonly Manifest[],
  wanted: readonly ProcessDispatcher[],
  { issues, complete, charging }: Judging,
): { readonly dispatchers: ProcessDispatcher[]; readonly planned: PlannedDispatcher[] } {
  const dispatchers: ProcessDispatcher[] = [];
  const planned: PlannedDispatcher[] = [];
  for (const [index, given] of wanted.entries()) {
    const path = `dispatchers[${index}]`;
    const manifest = manifests.find(({ ssdId }) => ssdId === given.ssd_id);
    if (!manifest) {
      issues.push({
        path: `${path}.ssd_id`,
        message: `this platform has no dispatcher "${given.name}"`,
      });
      continue;
    }
    for (const { name } of given.options ?? [])
      if (!manifest.options.some((option) => option.name === name))
        issues.push({ path: `${path}.options`, message: `"${manifest.name}" has no option "${name}"` });
    const options = ownOptions(manifest).map((option) => ({
      ...option,
      value: given.options?.find(({ name }) => name === option.name)?.value ?? option.value ?? null,
    }));
    const jobOptions = judge(manifest, options, path, issues, complete);
    dispatchers.push({
      ...availableDispatchers([manifest])[0]!,
      ...given,
      handle: given.handle ?? randomUUID(),
      name: given.name || manifest.name,
      options,
    });
    planned.push({
      serviceId: manifest.serviceId,
      ssdId: manifest.ssdId,
      imageId: manifest.imageId,
      name: manifest.component_name ?? manifest.name,
      intermediateToo: given.dispatch_intermediate === true,
      condition: manifest.condition,
      price: priceFor(manifest, options, path, { issues, complete, charging }),
      resources: manifest.resources,
      jobOptions,
      options: options.map(({ name, value, data_type, validation }) => ({
        name,
        value: value ?? null,
        data_type,
        validation: validation ?? null,
      })),
    });
  }
  return { dispatchers, planned };
}

/** Nothing while the process is not right yet, and while the dispatcher lacks options that its charge is worked out from. */
function priceFor(
  manifest: Manifest,
  options: readonly ProcessOption[],
  path: string,
  { issues, complete, charging: { read, chosen, organisationId } }: Judging,
): string {
  if (issues.length > 0) return '0';
  const own = options.map((option): ReadOption => {
    const judged = readOption(option);
    return { option, value: 'value' in judged ? judged.value : null };
  });
  try {
    return priceOf(manifest, namesOf(manifest.ssdId, [...read, ...own], chosen), organisationId).toFixed();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (complete) issues.push({ path, message: error.message });
    return '0';
  }
}

function judge(
  manifest: Manifest,
  options: readonly ProcessOption[],
  path: string,
  issues: FieldIssue[],
  complete: boolean,
): Record<string, TypedValue> {
  const values: Record<string, TypedValue> = {};
  const before = issues.length;
  for (const option of options) {
    const read = readOption(option);
    if ('fault' in read) issues.push({ path: `${path}.options`, message: `${option.name}: ${read.fault}` });
    else if (complete && read.value === null && option.required)
      issues.push({ path: `${path}.options`, message: `${option.name}: it needs a value` });
    values[option.name] = 'value' in read ? read.value : null;
  }
  if (!complete || issues.length > before) return values;
  for (const { expression, message } of manifest.option_validations) {
    try {
      if (!holds(expression, values)) issues.push({ path: `${path}.options`, message });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      issues.push({ path: `${path}.options`, message: error.message });
    }
  }
  return values;
}
