import { presentModel } from '@fusion-platform/contract';
import type { Answer } from '@fusion-platform/contract';

/** The body of a 2xx answer. There always is one: the Python client decodes every answer. */
export function presentAnswer(
  answer: Exclude<Answer, { kind: 'stream' | 'file' }>,
  value: unknown,
): Record<string, unknown> {
  switch (answer.kind) {
    case 'one': {
      const { model, extras } = value as { model: Record<string, unknown>; extras?: Record<string, unknown> };
      return { model: presentModel(answer.model, model), extras: extras ?? {} };
    }
    case 'list': {
      const { list, last } = value as { list: Record<string, unknown>[]; last?: unknown };
      return {
        list: list.map((model) => presentModel(answer.model, model)),
        ...(last ? { last } : {}),
        extras: {},
      };
    }
    case 'object':
      return value as Record<string, unknown>;
  }
}
