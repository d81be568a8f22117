import type * as z from 'zod';

import type { FieldIssue } from '../errors.ts';

const formats: Readonly<Record<string, string>> = {
  guid: 'is not a UUID',
  email: 'is not an e-mail address',
  url: 'is not a URL',
};

/** What Zod found, as the offending place and a few words on what is wrong there. */
export function fieldIssue(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): FieldIssue {
  return { path: pathText([...prefix, ...issue.path]), message: messageOf(issue) };
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_format') return formats[issue.format] ?? issue.message;
  // Zod keeps no input in its issues, so that secrets stay out of them: its words alone tell what was missing.
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is required';
  return issue.message.replace(/^Invalid input: /, '');
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(the whole)';
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${String(key)}`))
    .join('');
}
