import type { ActionAnswer } from '@fusion-platform/contract';

/** The answer of an action's address, for people and programs to read: JSON and text as such, anything else in base64. */
export function readAnswer(answer: {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Uint8Array;
}): ActionAnswer {
  const { status, contentType, body } = answer;
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  const base = { status, content_type: contentType };
  const text = textOf(contentType, type, body);
  if (text === undefined) return { ...base, body_type: 'base64', body: Buffer.from(body).toString('base64') };
  if (type === 'application/json' || type.endsWith('+json')) {
    try {
      return { ...base, body_type: 'json', body: JSON.parse(text) as unknown };
    } catch {
      // It is not the JSON that it says it is: it is shown as text.
    }
  }
  return { ...base, body_type: 'text', body: text };
}

const texts =
  /^text\/|^application\/(.*\+)?(json|xml)$|^application\/(javascript|yaml|x-www-form-urlencoded)$/;

function textOf(contentType: string | null, type: string, body: Uint8Array): string | undefined {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType ?? '')?.[1];
  const declared = texts.test(type) || charset !== undefined;
  if (!declared && type !== '') return undefined;
  try {
    return new TextDecoder(charset ?? 'utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
