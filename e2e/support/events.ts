import type { Session } from './api.ts';

export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly model: Record<string, unknown>;
}

/** The events of a live stream as they come, until it ends or the caller stops listening. */
export async function* readEvents(
  url: string,
  session: Session,
  path: string,
  lastEventId?: string,
): AsyncGenerator<StreamEvent> {
  const leave = new AbortController();
  const response = await fetch(`${url}/organisations/${session.organisation}${path}`, {
    headers: {
      authorization: `Bearer ${session.token}`,
      ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
    },
    signal: leave.signal,
  });
  const type = response.headers.get('content-type');
  if (!type?.startsWith('text/event-stream')) throw new Error(`${path}: ${response.status}, ${type}`);
  let text = '';
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const event = field('event');
        if (event === undefined) continue;
        const { model = {} } = JSON.parse(field('data')!) as { model?: Record<string, unknown> };
        yield { id: field('id'), event, model };
      }
    }
  } finally {
    leave.abort();
  }
}
