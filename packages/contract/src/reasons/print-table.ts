import { reasonTable } from './table.ts';

/** docs/reasons.md: all codes, as a Markdown table. */
export function printReasons(): string {
  const rows = Object.entries(reasonTable).map(([code, { kind, sentence, evidence, next }]) => {
    const keys = Object.entries(evidence).map(([key, unit]) => `${key.replace('?', '')} (${unit})`);
    return `| \`${code}\` | ${kind.replace('_', ' ')} | ${sentence} | ${keys.join(', ')} | ${next.whose}: ${next.what} |`;
  });
  return [
    '# Reasons',
    '',
    'Executions and components say why they wait, failed, were tried again, were not reused or were stopped: each reason in',
    'their `reasons` has a code, a sentence, the evidence and the next move. Where a service or the platform knows more than',
    'the sentence below, it says that in its place.',
    '',
    'This page is printed from the contract by `npm run reasons --workspace @fusion-platform/contract`.',
    '',
    '| Code | Kind | Sentence | Evidence (unit) | Next move |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
