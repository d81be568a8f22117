import { writeModel } from '@fusion-platform/contract';
import type { Answer } from '@fusion-platform/contract';

/** The body of a 2xx answer, as JSON. There always is one: the Python client decodes every answer. */
export function writeAnswer(answer: Exclude<Answer, { kind: 'stream' | 'file' }>, value: unknown): string {
  switch (answer.kind) {
    case 'one': {
      const { model, extras } = value as { model: Record<string, unknown>; extras?: Record<string, unknown> };
      return `{"model":${writeModel(answer.model, model)},"extras":${JSON.stringify(extras ?? {})}}`;
    }
    case 'list': {
      const { list, last } = value as { list: Record<string, unknown>[]; last?: unknown };
      const models = list.map((model) => writeModel(answer.model, model)).join(',');
      return `{"list":[${models}],${last ? `"last":${JSON.stringify(last)},` : ''}"extras":{}}`;
    }
    case 'object':
      return JSON.stringify(value);
  }
}
