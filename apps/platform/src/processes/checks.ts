import { ModelError } from '@fusion-platform/contract';
import type { FieldIssue } from '@fusion-platform/contract';

import type { ProcessFields } from './context.ts';

const maximumName = 255;
const maximumStorageDays = 36_500;

/** What is wrong with the fields that need no service to be judged. */
export function fieldIssues(fields: ProcessFields): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { name, run_type, repeat_count, output_storage_period, dispatchers } = fields;
  if (name !== undefined && (name.trim() === '' || name.length > maximumName || name.includes('\0')))
    issues.push({ path: 'name', message: `a text of 1 to ${maximumName} characters` });
  if (run_type === 'run_schedule')
    issues.push({
      path: 'run_type',
      message: 'this platform has no schedules yet: use run_once, and execute the process when it is to run',
    });
  else if (run_type !== undefined && run_type !== 'run_once')
    issues.push({ path: 'run_type', message: 'one of run_once and run_schedule' });
  if (repeat_count !== undefined && repeat_count !== 1)
    issues.push({ path: 'repeat_count', message: '1, since the run type is run_once' });
  if (
    output_storage_period !== undefined &&
    output_storage_period !== null &&
    (output_storage_period < 1 || output_storage_period > maximumStorageDays)
  )
    issues.push({
      path: 'output_storage_period',
      message: `a number of days from 1 to ${maximumStorageDays}`,
    });
  for (const [index, dispatcher] of (dispatchers ?? []).entries())
    issues.push({
      path: `dispatchers[${index}].ssd_id`,
      message: `this platform has no dispatcher "${dispatcher.name}"`,
    });
  return issues;
}

export function refuse(issues: readonly FieldIssue[]): void {
  if (issues.length > 0) throw new ModelError('Process', issues);
}
