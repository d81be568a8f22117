import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { calls } from '@fusion-platform/contract';

type AnyCall = (typeof calls)[keyof typeof calls];

export interface OriginalApi {
  readonly url: string;
  /** The calls that were refused, since the original API has them not. */
  readonly refused: Set<string>;
  close(): Promise<void>;
}

/**
 * A platform as others know it, before one of ours: every call that is marked as an extension is answered with 404, every
 * field that is so marked is taken out of what comes back, and of headers it knows none but those of the original.
 */
export async function startOriginalApi(platform: string): Promise<OriginalApi> {
  const refused = new Set<string>();
  const server = createServer((request, response) => {
    serve(platform, refused, request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  platform: string,
  refused: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', platform);
  const called = callOf(request.method ?? 'GET', url.pathname);
  if (called?.extension !== false) {
    refused.add(called?.id ?? url.pathname);
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"error_message":"Not Found"}');
    return;
  }
  const { authorization, 'content-type': type } = request.headers;
  const body = await buffer(request);
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    headers: {
      ...(authorization ? { authorization } : {}),
      ...(type ? { 'content-type': type } : {}),
    },
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
  const json: unknown = await answer.json();
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.ok ? withoutExtensions(called, json) : onlyMessage(json)));
}

function callOf(method: string, path: string): AnyCall | undefined {
  const shapes = Object.values(calls).filter((call) => call.method === method);
  const matches = shapes.filter((call) =>
    new RegExp(`^${call.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  // Of `…/services/latest` and `…/services/{service_id}` the one with fewer parameters is meant.
  return matches.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
}

const onlyMessage = (json: unknown): unknown => ({
  error_message: (json as { error_message: unknown }).error_message,
});

function withoutExtensions({ answer }: AnyCall, json: unknown): unknown {
  const { model, list, ...rest } = json as { model?: unknown; list?: unknown[] };
  if (answer.kind === 'object') return original(answer.schema, json);
  if (answer.kind !== 'one' && answer.kind !== 'list') return json;
  const strip = (value: unknown): unknown => original(answer.model.schema, value);
  return {
    ...rest,
    ...(model === undefined ? {} : { model: strip(model) }),
    ...(list === undefined ? {} : { list: list.map(strip) }),
  };
}

/** As much of a schema as tells what is nested in it. */
interface Schema {
  readonly def: {
    readonly type: string;
    readonly innerType?: Schema;
    readonly element?: Schema;
    readonly shape?: Readonly<Record<string, Schema>>;
  };
  meta(): Record<string, unknown> | undefined;
}

/** The value without the fields that the schema marks as extensions, at any depth. */
function original({ def }: Schema, value: unknown): unknown {
  if (def.innerType) return original(def.innerType, value);
  if (def.element && Array.isArray(value)) return value.map((item) => original(def.element!, item));
  if (!def.shape || typeof value !== 'object' || value === null) return value;
  const fields: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const field = def.shape[key];
    if (field?.meta()?.['x-extension']) continue;
    fields.push([key, field ? original(field, item) : item]);
  }
  return Object.fromEntries(fields);
}
