import fc from 'fast-check';
import { expect, test } from 'vitest';

import { chooseComponents, mostOvertaken } from './choose-components.ts';
import type { Candidate } from './choose-components.ts';

const candidate = (id: string, memory: number, overtaken = 0): Candidate => ({ id, memory, overtaken });

test('the first ones are chosen for which there are slots and memory', () => {
  const waiting = [candidate('a', 512), candidate('b', 4096), candidate('c', 512), candidate('d', 512)];
  expect(chooseComponents(waiting, { slots: 2, memoryMb: 2048, idle: false })).toEqual({
    chosen: ['a', 'c'],
    overtaken: new Map([['b', 1]]),
  });
});

test('one that needs more than there is at all runs alone', () => {
  const room = { slots: 4, memoryMb: 2048, idle: true };
  expect(chooseComponents([candidate('a', 9000), candidate('b', 512)], room).chosen).toEqual(['a']);
  expect(chooseComponents([candidate('a', 9000)], { ...room, idle: false }).chosen).toEqual([]);
});

test('behind one that was overtaken as often as may be, the others wait', () => {
  const waiting = [candidate('a', 4096, mostOvertaken - 1), candidate('b', 512), candidate('c', 512)];
  expect(chooseComponents(waiting, { slots: 4, memoryMb: 2048, idle: false })).toEqual({
    chosen: ['b'],
    overtaken: new Map([['a', 1]]),
  });
  const again = [candidate('a', 4096, mostOvertaken), candidate('c', 512)];
  expect(chooseComponents(again, { slots: 4, memoryMb: 2048, idle: false }).chosen).toEqual([]);
});

test('however the others come and end, each component begins, and is overtaken no more often than may be', () => {
  const memory = fc.constantFrom(256, 1024, 3000, 5000);
  const property = fc.property(
    fc.array(fc.record({ memory, lasts: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 200 }),
    fc.integer({ min: 1, max: 4 }),
    (all, slots) => {
      const jobs = all.map((job, index) => ({ ...job, id: String(index), overtaken: 0, started: -1 }));
      let running: { readonly memory: number; readonly until: number }[] = [];
      for (let now = 0; jobs.some(({ started }) => started < 0); now += 1) {
        expect(now).toBeLessThan(2000);
        running = running.filter(({ until }) => until > now);
        // One comes at each tick: there is always something smaller behind one that is large.
        const waiting = jobs.slice(0, now + 1).filter(({ started }) => started < 0);
        const used = running.reduce((sum, one) => sum + one.memory, 0);
        const { chosen, overtaken } = chooseComponents(waiting, {
          slots: slots - running.length,
          memoryMb: 4096 - used,
          idle: running.length === 0,
        });
        for (const job of jobs) {
          job.overtaken += overtaken.get(job.id) ?? 0;
          expect(job.overtaken).toBeLessThanOrEqual(mostOvertaken);
          if (!chosen.includes(job.id)) continue;
          job.started = now;
          running.push({ memory: job.memory, until: now + job.lasts });
        }
      }
    },
  );
  expect(() => fc.assert(property)).not.toThrow();
});
