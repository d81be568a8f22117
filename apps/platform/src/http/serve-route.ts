import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { CallError } from '@fusion-platform/contract';
import type { Role } from '@fusion-platform/contract';

import type { Accounts } from '../accounts/index.ts';
import { authorizationOf } from './browser-session.ts';
import type { LiveStreams } from './live-streams.ts';
import type { Idempotency } from './idempotency.ts';
import { writeAnswer } from './write-answer.ts';
import {
  isId,
  readBody,
  readList,
  readParams,
  readQuery,
  refuseBrokenQuery,
  refuseBrokenText,
} from './read.ts';
import type { CallRequest, AnyCall, Route } from './route.ts';
import { sendFile } from './send-file.ts';
import type { StreamedFile } from './send-file.ts';
import { sendStream } from './stream.ts';

interface Frame {
  readonly accounts: Accounts;
  readonly idempotency: Idempotency;
  readonly origin: () => string;
  readonly streams: LiveStreams;
  readonly files: LiveStreams;
}

/** Makes a route of the contract answer on the server: who asks, for whom, with what; then the handler; then the wire. */
export function serveRoute(app: FastifyInstance, route: Route, frame: Frame): void {
  const { call } = route;
  app.route({
    method: call.method,
    bodyLimit: bodyLimits[call.authenticated ? call.body.kind : 'none'],
    url: call.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { callId: call.id },
    // Before the body is read: a stranger's is not worth a look.
    onRequest: async (request) => {
      request.who = call.authenticated ? await identify(request, route, frame) : nobody;
    },
    handler: async (request, reply) => {
      const who = request.who ?? nobody;
      const key = who.userId && !call.idempotent ? readIdempotencyKey(request) : undefined;
      if (key === undefined) return await answer(request, reply, route, who, frame);

      const kept = await frame.idempotency.begin(
        who.userId,
        key,
        `${request.method} ${request.url} ${JSON.stringify(request.body ?? null)}`,
      );
      if (kept) return await reply.code(kept.status).header('idempotent-replayed', 'true').send(kept.body);
      try {
        const body = await answer(request, reply, route, who, frame);
        // What is a stream or a file cannot be kept: such calls are idempotent.
        await frame.idempotency.end(who.userId, key, {
          status: reply.statusCode,
          body:
            typeof body === 'string' || Buffer.isBuffer(body) ? (JSON.parse(String(body)) as unknown) : body,
        });
        return body;
      } catch (error) {
        await frame.idempotency.forget(who.userId, key);
        throw error;
      }
    },
  });
}

/**
 * The largest body of a call, in bytes. Models carry thousands of executions back; other calls have a few fields, and
 * files travel elsewhere.
 */
const bodyLimits = { flat: 8 * 1024 * 1024, nested: 256 * 1024, none: 4096 } as const;

export interface Who {
  readonly userId: string;
  readonly tokenId: string;
  readonly expiresAt: Date;
  readonly organisationId: string;
  readonly roles: readonly Role[];
  /** The parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
}

const nobody: Who = {
  userId: '',
  tokenId: '',
  expiresAt: new Date(0),
  organisationId: '',
  roles: [],
  params: {},
};

async function identify(request: FastifyRequest, route: Route, { accounts, origin }: Frame): Promise<Who> {
  const named = (request.params as Record<string, string>)['organisation_id'];
  const { roles, ...session } = await accounts.authenticate(
    authorizationOf(request.headers, origin()),
    named === undefined || !isId(named) ? undefined : named.toLowerCase(),
  );
  request.userId = session.userId;
  const params = readParams(request.params as Record<string, string>);
  if (params['user_id'] !== undefined && params['user_id'] !== session.userId) {
    throw new CallError('not_found', `There is no user ${params['user_id']}`);
  }
  const organisationId = params['organisation_id'] ?? '';
  // A foreign organisation looks like none.
  if (!roles) throw new CallError('not_found', `There is no organisation ${organisationId}`);
  if (route.roles.length > 0 && !route.roles.some((role) => roles.includes(role))) {
    throw new CallError(
      'forbidden',
      `This needs the role "${route.roles[0]}" in the organisation: ask one of its managers`,
    );
  }
  return { ...session, organisationId, roles, params };
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  who: Who,
  frame: Frame,
): Promise<unknown> {
  const { call } = route;
  const gone = controllerOf(reply);
  const params = new URLSearchParams(request.url.split('?')[1] ?? '');
  refuseBrokenQuery(params);
  refuseBrokenText(request.body);
  const lastEventId = request.headers['last-event-id'];
  const value = await route.handle({
    params: who === nobody ? readParams(request.params as Record<string, string>) : who.params,
    query: readQuery(call, params),
    list: readList(call, params),
    body: readBody(call, request.body),
    userId: who.userId,
    session: { userId: who.userId, tokenId: who.tokenId, expiresAt: who.expiresAt },
    organisationId: who.organisationId,
    roles: who.roles,
    requestId: request.id,
    origin: frame.origin(),
    setHeader: (name, text) => void reply.header(name, text),
    lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
    address: request.ip,
    client: request.headers['user-agent'],
    // No getter: with one V8 gives the literal a shape of its own each time, and keeps the call with it.
    signal: () => gone().signal,
    log: request.log,
  } as CallRequest<AnyCall>);
  if (call.answer.kind === 'stream') {
    const headers = Object.fromEntries(
      Object.entries(reply.getHeaders()).map(([name, text]) => [name, String(text)]),
    );
    const items = value as unknown as Parameters<typeof sendStream>[1];
    await frame.streams.run(
      who.userId,
      gone(),
      async () => await identify(request, route, frame),
      async () => await sendStream(reply, items, headers, gone().signal),
    );
    return reply;
  }
  if (call.answer.kind === 'file') {
    const made = value as unknown as StreamedFile;
    await frame.files.run(
      who.userId,
      gone(),
      async () => await identify(request, route, frame),
      async () => await sendFile(request, reply, made, gone().signal),
    );
    return reply;
  }
  reply.type('application/json; charset=utf-8');
  return writeAnswer(call.answer, value);
}

/** What aborts when the caller goes away; made when it is asked for, since most answers take less time than making it. */
function controllerOf({ raw }: FastifyReply): () => AbortController {
  let made: AbortController | undefined;
  return () => {
    if (made) return made;
    const gone = (made = new AbortController());
    const look = (): void => {
      if (!raw.writableFinished) gone.abort(new Error('the caller went away'));
    };
    if (raw.destroyed) look();
    else raw.once('close', look);
    return gone;
  };
}

function readIdempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length === 0 || key.length > 255) {
    throw new CallError('bad_request', 'idempotency-key: a text of 1 to 255 characters');
  }
  return key;
}
