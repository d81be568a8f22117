import { describe, expect, test } from 'vitest';

import { attemptOfName, jobName, parseQueue } from './commands.ts';
import { clusterStanding } from './job-state.ts';

const resources = { cpu: 1, gpu: 0, memoryMb: 100, storageGb: 1, timeoutSeconds: null };
const attemptId = '0b1f8d5e-6f0a-4d4e-9f2a-1d2c3b4a5e6f';

/** As squeue 22.05 and 23.11 print them. */
const queue = parseQueue(`1|${jobName(attemptId)}|RUNNING|None|n1|4294901759
2|a|PENDING|Priority||10
3|b|PENDING|Resources||20
4|c|OUT_OF_MEMORY|OutOfMemory|n1|30
5|d|NODE_FAIL|None|n2|30
6|e|PREEMPTED|None|n2|30
7|f|CANCELLED|None||30
8|g|FAILED|BadConstraints||30
9|h|PENDING|PartitionNodeLimit||1
10_[1-5]|array|PENDING|Resources||20
`);

describe('the queue of the cluster', () => {
  test('is read line by line, arrays of others passed over', () => {
    expect(queue.map(({ jobId }) => jobId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(attemptOfName(queue[0]!.name)).toBe(attemptId);
    expect(attemptOfName('fusion-of-somebody')).toBeUndefined();
  });

  test.each([
    [1, false, 'running', undefined],
    [2, false, 'queued', 'queue'],
    [4, false, 'ended', 'out_of_memory'],
    [5, false, 'gone', 'node_lost'],
    [6, false, 'gone', 'preempted'],
    [7, false, 'gone', 'removed'],
    [7, true, 'ended', 'cancelled'],
    [8, false, 'ended', 'cannot_start'],
    [9, false, 'queued', 'unschedulable'],
    [99, false, 'gone', 'removed'],
  ] as const)('says how job %i stands (asked to end: %s)', (id, asked, state, code) => {
    const job = queue.find(({ jobId }) => jobId === id);
    const standing = clusterStanding(job, queue, { resources, asked });
    expect([standing.state, standing.reason?.code]).toEqual([state, code]);
  });

  test('says how many stand before one that waits', () => {
    const standing = clusterStanding(queue[1], queue, { resources, asked: false });
    expect(standing.reason).toEqual({
      code: 'queue',
      evidence: { position: 1, message: 'Priority', job: '2' },
    });
  });
});
