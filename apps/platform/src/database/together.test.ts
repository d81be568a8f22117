import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { together } from './together.ts';

const turn = async (): Promise<void> => await new Promise((resolve) => void setImmediate(resolve));

describe('Those who ask in the same turn', () => {
  test('are answered by one question, each with its own answer, and those who ask later by another', async () => {
    const asked: string[][] = [];
    const ask = together(async (questions: readonly string[]) => {
      asked.push([...questions]);
      await turn();
      return questions.map((question) => question.toUpperCase());
    });
    const first = Promise.all([ask('a'), ask('b'), Promise.resolve().then(async () => await ask('a'))]);
    await turn();
    // The first question has been asked and not answered: this one is too late for it.
    const late = ask('a');
    expect(await first).toEqual(['A', 'B', 'A']);
    expect(await late).toBe('A');
    expect(await ask('a')).toBe('A');
    expect(asked).toEqual([['a', 'b', 'a'], ['a'], ['a']]);
  });

  test('wait for an answer that is under way, and not for one that does not come', async () => {
    const asked: string[][] = [];
    const answers: (() => void)[] = [];
    const ask = together(async (questions: readonly string[]) => {
      asked.push([...questions]);
      await new Promise<void>((resolve) => answers.push(resolve));
      return questions;
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const first = ask('a');
    await turn();
    const second = [ask('b')];
    await turn();
    second.push(ask('c'));
    await turn();
    expect(asked).toEqual([['a']]);
    answers[0]!();
    expect(await first).toBe('a');
    await turn();
    expect(asked).toEqual([['a'], ['b', 'c']]);

    const third = ask('d');
    vi.advanceTimersByTime(9);
    await turn();
    expect(asked).toHaveLength(2);
    vi.advanceTimersByTime(1);
    await turn();
    expect(asked).toEqual([['a'], ['b', 'c'], ['d']]);
    answers[2]!();
    expect(await third).toBe('d');
    answers[1]!();
    expect(await Promise.all(second)).toEqual(['b', 'c']);
  });

  test('are asked for in parts where they are many', async () => {
    const sizes: number[] = [];
    const ask = together(async (questions: readonly number[]) => {
      sizes.push(questions.length);
      return questions;
    });
    const numbers = Array.from({ length: 250 }, (_, index) => index);
    expect(await Promise.all(numbers.map(ask))).toEqual(numbers);
    expect(sizes).toEqual([100, 100, 50]);
  });

  test('all hear of a fault, and the next ones are asked for again', async () => {
    let faulty = true;
    const ask = together(async (questions: readonly number[]) => {
      if (faulty) throw new Error('the database is away');
      return questions;
    });
    const answers = await Promise.allSettled([ask(1), ask(2)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    faulty = false;
    expect(await ask(3)).toBe(3);
  });
});
