import { JsonBytes, writeModel } from '@fusion-platform/contract';
import type { AnyModel, Answer } from '@fusion-platform/contract';

/** What an answer is written into; used again, since nothing waits while one is written. */
let room = new JsonBytes(1 << 16);
/** What a huge answer took is not kept. */
const mostKept = 1 << 22;
/** A short answer travels together with its headers, which are text. */
const short = 1 << 16;

/** The body of a 2xx answer, as JSON. There always is one: the Python client decodes every answer. */
export function writeAnswer(
  answer: Exclude<Answer, { kind: 'stream' | 'file' }>,
  value: unknown,
): string | Buffer {
  switch (answer.kind) {
    case 'one': {
      const { model, extras } = value as { model: Record<string, unknown>; extras?: Record<string, unknown> };
      return written((out) => {
        out.writeJson('{"model":');
        writeModel(answer.model, model, out);
        out.writeJson(`,"extras":${JSON.stringify(extras ?? {})}}`);
      });
    }
    case 'list': {
      const { list, last } = value as { list: Record<string, unknown>[]; last?: unknown };
      return written((out) => {
        out.writeJson('{"list":[');
        for (const [index, model] of list.entries()) {
          if (index > 0) out.writeJson(',');
          writeModel(answer.model, model, out);
        }
        out.writeJson(`],${last ? `"last":${JSON.stringify(last)},` : ''}"extras":{}}`);
      });
    }
    case 'object':
      return JSON.stringify(value);
  }
}

/** A model alone, as JSON. */
export function modelText(model: AnyModel, value: Record<string, unknown>): string {
  return String(written((out) => writeModel(model, value, out)));
}

function written(write: (out: JsonBytes) => void): string | Buffer {
  room.length = 0;
  write(room);
  const bytes = Buffer.from(room.bytes.buffer, 0, room.length);
  const body = bytes.length < short ? bytes.toString() : Buffer.copyBytesFrom(bytes);
  if (room.bytes.length > mostKept) room = new JsonBytes(1 << 16);
  return body;
}
