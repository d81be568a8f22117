import { buildReason } from '@fusion-platform/contract/reasons';
import type { ReasonCode } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import type { RuntimeReason } from '../../runtimes/index.ts';
import { queueReason } from './queue-reason.ts';

const told = (reason: RuntimeReason | null): string[] => {
  const { code, evidence, sentence } = queueReason('slurm', reason);
  const built = buildReason(code as ReasonCode, evidence as never, sentence);
  return [built.code, built.sentence, ...built.evidence.map(({ name, value }) => `${name} ${value}`)];
};

const queue = (position: number | null, message: string | null): RuntimeReason => ({
  code: 'queue',
  evidence: { position, message, job: '7' },
});

test('what a cluster says of its queue is said in words, and its own word is the evidence', () => {
  expect(told(queue(3, 'Priority'))).toEqual([
    'queue',
    'It is in the queue of the cluster behind 3 other jobs: jobs of a higher priority go first (Priority)',
    'runtime slurm',
    'behind 3',
    'cluster_reason Priority',
    'job 7',
  ]);
  expect(told(queue(0, 'Resources'))[1]).toBe(
    'It is in the queue of the cluster, as the next: no node has free what it asks for (Resources)',
  );
  expect(told(queue(1, 'QOSMaxJobsPerUserLimit'))[1]).toBe(
    'It is in the queue of the cluster behind 1 other job: a limit of the cluster for its account is reached (QOSMaxJobsPerUserLimit)',
  );
  expect(told(queue(null, 'SomethingNew'))[1]).toBe(
    'It is in the queue of the cluster: the cluster says (SomethingNew)',
  );
  expect(told(null)).toEqual([
    'queue',
    'The runtime slurm has taken it and has not begun it yet',
    'runtime slurm',
  ]);
});

test('a job that will not start as things are, an image and inputs on their way say so', () => {
  expect(told({ code: 'unschedulable', evidence: { message: 'PartitionTimeLimit', job: '7' } })).toEqual([
    'unschedulable',
    'The cluster will not start its job as things are: it may take longer than its partition allows (PartitionTimeLimit)',
    'runtime slurm',
    'cluster_reason PartitionTimeLimit',
    'job 7',
  ]);
  const image = { image: 'survey/dem:2', bytesDone: 10, bytesTotal: null };
  expect(told({ code: 'image_pulling', evidence: image })).toEqual([
    'image',
    'The image survey/dem:2 of its service is being pulled',
    'image survey/dem:2',
    'done 10',
  ]);
  expect(told({ code: 'staging', evidence: { bytesDone: 1, bytesTotal: 2 } }).slice(0, 1)).toEqual([
    'staging',
  ]);
});
