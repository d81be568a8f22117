import { ModelError } from '@fusion-platform/contract';
import type { FieldIssue } from '@fusion-platform/contract';

import type { ProcessFields } from './context.ts';

const maximumName = 255;
const maximumStorageDays = 36_500;

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
