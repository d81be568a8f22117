import { expect, test } from 'vitest';

import type { Sink } from '../../output/index.ts';
import type { Reason } from './reasons.ts';
import { whyText } from './text.ts';

const plain = { colours: new Proxy({}, { get: () => (text: string) => text }) } as Sink;
const reason = (given: Partial<Reason>): Reason => ({
  of: 'component',
  id: 'c1',
  name: 'Dem',
  state: 'failed',
  code: 'service_error',
  sentence: 'It exited with 1',
  evidence: {},
  next: null,
  ...given,
});
const told = (next_whose: string, next_move: string) =>
  ({ next_whose, next_move }) as NonNullable<Reason['told']>;
const execution = { of: 'execution', id: 'e1', name: 'execution e1' } as const;

test('why a run failed is said once, by its component, with what its last attempt used and one command', () => {
  const text = whyText(
    plain,
    [
      {
        id: 'e1',
        reasons: [
          reason({
            ...execution,
            code: 'component_failed',
            sentence: 'Dem: It exited with 1',
            evidence: { execution: 'e1' },
            next: 'fusion-platform logs e1 --failed',
            told: told('user', 'See the reasons of the component that failed'),
          }),
        ],
      },
      {
        id: 'c1',
        executionId: 'e1',
        reasons: [
          reason({
            evidence: { exit_type: 'service_error', exit_code: '1' },
            next: 'fusion-platform logs c1 --failed',
            told: told('user', 'Read the end of the log'),
          }),
          reason({ of: 'attempt', name: 'Dem, attempt 1', evidence: { exit_code: 1, cpu_seconds: 2 } }),
        ],
      },
      {
        id: 'c2',
        executionId: 'e1',
        reasons: [
          reason({
            id: 'c2',
            name: 'Post',
            state: 'stopped',
            code: 'cancelled',
            sentence: 'Another component of the chain failed',
            evidence: { execution: 'e1' },
            next: 'fusion-platform why e1',
            told: told('user', 'See why the other component failed'),
          }),
        ],
      },
    ],
    [{ id: 'c1', component: 'Dem', records: ['No data'] }],
  );
  expect(text.split('\n')).toEqual([
    'execution e1  failed',
    'Dem  failed (service_error)',
    '  It exited with 1',
    '  exit code 1, cpu 2 s',
    '  What you can do: read the end of the log',
    'Post  stopped (cancelled)',
    '  Another component of the chain failed',
    'The end of the log of Dem',
    '  No data',
    '  → fusion-platform logs e1 --failed',
  ]);
});

test.each([
  [
    'waiting',
    'slot',
    'platform',
    'Begins it when a slot is free',
    'The platform begins it when a slot is free',
  ],
  ['stopped', 'stopped', 'user', 'Try it again', 'What you can do: try it again'],
])('why a run is %s is said once, for the run', (state, code, whose, move, next) => {
  const given = { state, code, sentence: 'Ada says so', told: told(whose, move) };
  const evidence = { by: 'u1', name: 'Ada says so', slots: '2' };
  const text = whyText(
    plain,
    [
      { id: 'e1', reasons: [reason({ ...execution, ...given, evidence })] },
      { id: 'c1', executionId: 'e1', reasons: [reason({ ...given, evidence })] },
    ],
    [],
  );
  const title = code === state ? state : `${state} (${code})`;
  expect(text.split('\n')).toEqual([
    `execution e1  ${title}`,
    '  Ada says so',
    '  slots 2',
    `  ${next}`,
    `Dem  ${state}`,
  ]);
});

test.each(['MiB', 'MB'])('what a sentence says in %s is not said again as evidence', (unit) => {
  const sentence = `It used more than its 512 ${unit} of memory`;
  const evidence = { limit: '512 MB', peak: '537919488 bytes' };
  const text = whyText(plain, [{ id: 'c1', reasons: [reason({ sentence, evidence })] }], []);
  expect(text.split('\n')).toEqual(['Dem  failed (service_error)', `  ${sentence}`, '  peak 513 MiB']);
});
