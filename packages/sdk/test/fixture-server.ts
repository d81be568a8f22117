import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { calls, decodeListQuery, maximumLimit } from '@fusion-platform/contract';
import type { Answer, Body, Call, ListQuery } from '@fusion-platform/contract';

type AnyCall = Call<string, Body, Answer>;

export interface FixtureRequest {
  readonly call: string;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly list: ListQuery;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
  readonly raw: { readonly request: IncomingMessage; readonly response: ServerResponse };
}

/** Gives the JSON to answer, or undefined when it has written to `raw` itself. */
export type Handler = (request: FixtureRequest) => unknown;

/** An answer outside 200. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** A small server that speaks the wire of the API from what a test tells it. */
export interface Fixture extends AsyncDisposable {
  readonly url: string;
  readonly requests: FixtureRequest[];
  /** Sent with every answer. */
  readonly headers: Record<string, string>;
  on(call: AnyCall, handler: Handler): void;
  /** Answers a path outside the contract, e.g. a signed address. */
  onPath(path: string, handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  asked(call: AnyCall): FixtureRequest[];
}

export async function startFixture(): Promise<Fixture> {
  const handlers = new Map<string, Handler>();
  const paths = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  const requests: FixtureRequest[] = [];
  const headers: Record<string, string> = {};
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fixture');
    const own = paths.get(url.pathname);
    if (own) own(request, response);
    else void answer(request, response, url);
  });

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const matched = match(request.method ?? 'GET', url.pathname);
    const send = (status: number, body: unknown, extra: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers, ...extra });
      response.end(JSON.stringify(body));
    };
    if (!matched) return send(404, { error_message: `no call ${request.method} ${url.pathname}` });
    const { call, params } = matched;
    const asked: FixtureRequest = {
      call: call.id,
      method: call.method,
      path: url.pathname,
      params,
      query: url.searchParams,
      list: call.answer.kind === 'list' ? decodeListQuery(url.searchParams, call.answer.filters) : {},
      headers: request.headers,
      body: await readJson(request),
      raw: { request, response },
    };
    requests.push(asked);
    const handler = handlers.get(call.id);
    if (!handler) return send(404, { error_message: `nothing for ${call.id}`, code: 'not_found' });
    try {
      const value = await handler(asked);
      if (value !== undefined) send(200, value);
    } catch (error) {
      if (error instanceof Refusal) return send(error.status, error.body, error.headers);
      send(500, { error_message: String(error) });
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    headers,
    on: (call, handler) => void handlers.set(call.id, handler),
    onPath: (path, handler) => void paths.set(path, handler),
    asked: (call) => requests.filter((request) => request.call === call.id),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function match(method: string, path: string): { call: AnyCall; params: Record<string, string> } | undefined {
  // Fixed paths such as `/data/new` go before those with an id.
  const all = (Object.values(calls) as AnyCall[]).toSorted((a, b) => braces(a.path) - braces(b.path));
  for (const call of all) {
    const pattern = new RegExp(`^${call.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const found = call.method === method ? pattern.exec(path) : null;
    if (found) return { call, params: { ...found.groups } };
  }
  return undefined;
}

const braces = (path: string): number => path.split('{').length;

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** A page of a list, as the API pages: `last` names the last item of a page that is not the last one. */
export function page(
  all: readonly { readonly id: string }[],
  { limit = 24, reverse = false, last }: ListQuery,
): object {
  const ordered = reverse ? all.toReversed() : all;
  const from = last ? ordered.findIndex(({ id }) => id === last['id']) + 1 : 0;
  const list = ordered.slice(from, from + Math.min(limit, maximumLimit));
  const more = from + list.length < ordered.length;
  return { list, ...(more ? { last: { id: list.at(-1)!.id } } : {}), extras: {} };
}
