import { ModelError } from '@fusion-platform/contract';
import type { FieldIssue } from '@fusion-platform/contract';

import type { ProcessFields } from './context.ts';

const maximumName = 255;
const maximumStorageDays = 36_500;

/** A run takes a component for each dispatcher after each component; more than this nobody needs. */
export const maximumDispatchers = 32;
const maximumParts = 1000;

/**
 * Refuses more parts than a process can have before they are looked at one by one.
 * @throws ModelError
 */
export function refuseTooMany({ inputs, options, dispatchers }: ProcessFields): void {
  const tooMany = (path: string, list: readonly unknown[] | null | undefined, most: number): FieldIssue[] =>
    (list?.length ?? 0) > most ? [{ path, message: `at most ${most}, not ${list!.length}` }] : [];
  refuse([
    ...tooMany('inputs', inputs, maximumParts),
    ...tooMany('options', options, maximumParts),
    ...tooMany('dispatchers', dispatchers, maximumDispatchers),
    ...(dispatchers ?? []).flatMap((dispatcher, index) =>
      tooMany(`dispatchers[${index}].options`, dispatcher.options, maximumParts),
    ),
  ]);
}

/** What is wrong with the fields that need no service to be judged. */
export function fieldIssues(fields: ProcessFields): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { name, output_storage_period } = fields;
  if (name !== undefined && (name.trim() === '' || name.length > maximumName || name.includes('\0')))
    issues.push({ path: 'name', message: `a text of 1 to ${maximumName} characters` });
  if (
    output_storage_period !== undefined &&
    output_storage_period !== null &&
    (output_storage_period < 1 || output_storage_period > maximumStorageDays)
  )
    issues.push({
      path: 'output_storage_period',
      message: `a number of days from 1 to ${maximumStorageDays}`,
    });
  return issues;
}

export function refuse(issues: readonly FieldIssue[]): void {
  if (issues.length > 0) throw new ModelError('Process', issues);
}
