import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** `silence` takes the call, and leaves it at that. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'silence';

/** An address that takes calls. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** What the next calls are answered with, by default 200; then the last for ever. */
  answer(...answers: readonly Answer[]): void;
  /** Once as many calls as this have come since the start. */
  count(calls: number): Promise<void>;
  close(): Promise<void>;
}

/** What a call says, once the library of the standard believes its signature. */
export function believe({ body, headers }: Received, secret: string): unknown {
  return new Webhook(secret).verify(body, headers);
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let answers: Answer[] = [{ status: 200 }];
  let waiting: { readonly calls: number; readonly done: () => void }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      received.push({ method, path: url, headers: request.headers as Record<string, string>, body });
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end();
      for (const { calls, done } of waiting) if (received.length >= calls) done();
      waiting = waiting.filter(({ calls }) => received.length < calls);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: (...next) => {
      answers = [...next];
    },
    count: async (calls) => {
      if (received.length >= calls) return;
      await new Promise<void>((done) => waiting.push({ calls, done }));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
