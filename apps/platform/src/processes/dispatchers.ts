import { randomUUID } from 'node:crypto';

import type { FieldIssue } from '@fusion-platform/contract';

import type { Manifest } from '../catalogue/index.ts';
import { ExpressionError, holds } from './expressions.ts';
import { readOption } from './option-value.ts';
import type { PlannedService, ProcessDispatcher, ProcessOption, TypedValue } from './parts.ts';
import { optionsOf } from './template.ts';

/** What sends outputs, as the engine takes it. */
export interface PlannedDispatcher extends PlannedService {
  readonly intermediateToo: boolean;
  readonly condition: string | null;
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

/**
 * Judges the dispatchers of a process, and completes them with what their services say. What an option needs is judged when
 * the process is to run: clients add a dispatcher first, and set its options one by one.
 */
export function chooseDispatchers(
  manifests: readonly Manifest[],
  wanted: readonly ProcessDispatcher[],
  issues: FieldIssue[],
  complete: boolean,
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
